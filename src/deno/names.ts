/**
 * Deno's name service. (Its `node:dns` would need the permission `--allow-sys` to ask a server of one's choice.)
 *
 * @module
 */

import { type DnsQuestion, type DnsRecords, type Names, placeOf } from "../net/mod.ts";
import { nodeLookup } from "../node_shared/mod.ts";
import { type Completion, SocketError } from "../streams/mod.ts";
import { permitNet } from "./permit.ts";

type Answer = DnsRecords[keyof DnsRecords];

/** The name service of the machine that Deno runs on. */
export const denoNames: Names = {
  lookup(host: string, completion: Completion<string[]>): () => void {
    let wanted = true;
    nodeLookup(host, permitNet).then(
      (addresses) => wanted && completion.done(addresses),
      (error) => wanted && completion.failed(error),
    );
    return () => wanted = false;
  },

  resolve(question: DnsQuestion, completion: Completion<Answer>): () => void {
    const { name, type, server, timeout } = question;
    const controller = new AbortController();
    let wanted = true, late = false;
    const timer = timeout === Infinity ? undefined : setTimeout(() => {
      late = true;
      controller.abort();
    }, Math.min(1000 * timeout, 2 ** 31 - 1));
    const options: Deno.ResolveDnsOptions = { signal: controller.signal };
    if (server !== undefined) options.nameServer = { ipAddr: server.hostname, port: server.port };
    Deno.resolveDns(name, type as "A", options).then(
      (records) => wanted && completion.done((type === "TXT" ? records : withoutDots(records)) as Answer),
      (error) => wanted && completion.failed(translate(error, question, late)),
    ).finally(() => clearTimeout(timer));
    return () => {
      wanted = false;
      controller.abort();
    };
  },
};

/** The records, with names that do not end with a dot. */
function withoutDots(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/(?<=.)\.$/, "");
  if (Array.isArray(value)) return value.map(withoutDots);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutDots(each)]));
}

function translate(error: unknown, { name, type, server, timeout }: DnsQuestion, late: boolean): unknown {
  if (error instanceof Deno.errors.NotCapable) return error;
  const asked = server === undefined ? "the name server" : placeOf(server);
  const what = `Asking ${asked} for the ${type} records of ${name}`;
  if (late || error instanceof Deno.errors.TimedOut) {
    const after = late ? ` within ${timeout} s` : "";
    return new SocketError(
      `${what}: no answer${after} (ETIMEDOUT); allow more time, or ask another server.`,
      {
        code: "ETIMEDOUT",
        cause: error,
      },
    );
  }
  return new SocketError(`${what}: it has none, or does not answer (ENOTFOUND); check the name.`, {
    code: "ENOTFOUND",
    cause: error,
  });
}

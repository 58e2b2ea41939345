/**
 * A web server for the files of a folder, and for lists of what is in its folders: HTTP/1.1 on bluelet's
 * sockets. Each client has a thread, which reads from top to bottom. Ctrl-C finishes what is being sent.
 *
 *     deno run --allow-net=127.0.0.1:8088 --allow-read=docs examples/httpd.ts docs
 *
 * Usage: httpd.ts [ROOT] [--port N] [--host H] [--patience SECONDS] [--quiet]
 *
 * This file starts and stops it. In the folder `httpd`, read `client.ts` first.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { Client } from "./httpd/client.ts";
import { Log } from "./httpd/log.ts";
import { Site } from "./httpd/site.ts";

/** How many seconds Ctrl-C leaves for what is being sent. */
const DRAIN = 10;

interface Options {
  root: string;
  host: string;
  port: number;
  /** How many seconds a client may take to make a request, and to take each piece of an answer. */
  patience: number;
  quiet: boolean;
}

function optionsFrom(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "8088" },
      patience: { type: "string", default: "15" },
      quiet: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 1) throw new TypeError(`There is one ROOT; got ${positionals.join(" ")}.`);
  return {
    ...values,
    port: Number(values.port),
    patience: Number(values.patience),
    root: positionals[0] ?? ".",
  };
}

function* httpd({ root, host, port, patience, quiet }: Options): bluelet.Coroutine<void> {
  const site = new Site(yield* bluelet.promise(Deno.realPath(root)));
  const log = new Log();
  const clients = new Set<Client>();

  function* serve(conn: bluelet.Connection) {
    const client = new Client(conn, site, patience, quiet ? null : log);
    clients.add(client);
    try {
      yield* client.serve();
    } finally {
      clients.delete(client);
    }
  }

  const logging = yield* bluelet.spawn(log.run());
  const serving = yield* bluelet.spawn(bluelet.server(host, port, serve, {
    onListen: (address) => log.add(`Serving ${root} at ${urlOf(address)}`),
    drain: DRAIN,
  }));
  try {
    yield* bluelet.join(serving);
  } catch (error) {
    if (!(error instanceof bluelet.InterruptError)) throw error;
    for (const client of clients) client.leave();
    yield* bluelet.kill(serving);
  }
  yield* bluelet.kill(logging);
  log.add("Stopped.");
  yield* log.flush();
}

function urlOf(address: bluelet.Address): string {
  if ("path" in address) return address.path;
  const { hostname, port } = address;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
}

try {
  await bluelet.main(httpd(optionsFrom(Deno.args)));
} catch (error) {
  // From parseArgs: main itself reports what goes wrong, and throws nothing.
  console.error((error as Error).message);
  Deno.exit(2);
}

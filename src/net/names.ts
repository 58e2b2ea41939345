/**
 * Names: the addresses of a host's name, and the records that the DNS has of it.
 *
 * @module
 */

import { type Capability, capability, checkSeconds, describe, type Event, type Wait } from "../core/mod.ts";
import { type Completion, OperationEvent } from "../streams/mod.ts";
import { internetAddressFrom, ipVersionOf, placeOf } from "./address.ts";
import type { InternetAddress } from "./datagrams.ts";
import { reverseName } from "./reverse_name.ts";

/** A mail server. */
export interface MxRecord {
  /** Lower ones are tried first. */
  preference: number;
  /** Its name. */
  exchange: string;
}

/** Where a service is. */
export interface SrvRecord {
  /** Lower ones are tried first. */
  priority: number;
  /** How often it is chosen among those of its priority. */
  weight: number;
  /** Its port. */
  port: number;
  /** Its host's name. */
  target: string;
}

/** The result for each type of record. */
export interface DnsRecords {
  /** IPv4 addresses. */
  A: string[];
  /** IPv6 addresses. */
  AAAA: string[];
  /** Names of name servers. */
  NS: string[];
  /** The names that the name is an alias of. */
  CNAME: string[];
  /** The names of an address. */
  PTR: string[];
  /** Mail servers. */
  MX: MxRecord[];
  /** Texts, each in its pieces. */
  TXT: string[][];
  /** Places of a service. */
  SRV: SrvRecord[];
}

/** A question for the DNS. */
export interface DnsQuestion {
  /** The name that is asked about. */
  name: string;
  /** The type of the records. */
  type: keyof DnsRecords;
  /** The server that is asked, at an IP address; the system's if left out. */
  server?: InternetAddress;
  /** Seconds to wait for an answer. */
  timeout: number;
}

/** A host's name service. An operation returns a function that gives it up: then the completion is never called. */
export interface Names {
  /** The addresses of `host`, an IP address or a name, as the system's resolver finds them. */
  lookup(host: string, completion: Completion<string[]>): () => void;
  /** The records that answer `question`; names in them end without a dot. */
  resolve(question: DnsQuestion, completion: Completion<DnsRecords[keyof DnsRecords]>): () => void;
}

/** The capability of a host that has a name service. */
export const NAMES: Capability<Names> = "names";

/** Options for {@linkcode resolve}. */
export interface ResolveOptions {
  /** The server to ask: its IP address and its port, 53 if left out. Default: the system's. */
  server?: { hostname: string; port?: number };
  /** Seconds to wait for an answer. Default 10. */
  timeout?: number;
}

class LookupEvent extends OperationEvent<string[]> {
  readonly #host: string;

  constructor(host: string) {
    super();
    this.#host = host;
  }

  protected override begin(wait: Wait, completion: Completion<string[]>): () => void {
    return capability(wait.scheduler.host, NAMES).lookup(this.#host, completion);
  }

  override describe(): string {
    return `the addresses of ${this.#host}`;
  }
}

class ResolveEvent<T> extends OperationEvent<T> {
  readonly #question: DnsQuestion;

  constructor(question: DnsQuestion) {
    super();
    this.#question = question;
  }

  protected override begin(wait: Wait, completion: Completion<T>): () => void {
    const names = capability(wait.scheduler.host, NAMES);
    return names.resolve(this.#question, completion as Completion<unknown>);
  }

  override describe(): string {
    const { type, name, server } = this.#question;
    return `the ${type} records of ${name}${server === undefined ? "" : ` from ${placeOf(server)}`}`;
  }
}

/**
 * The IP addresses of `host`, by the system's resolver, which knows `/etc/hosts` too; of an IP address, itself.
 *
 * Throws `SocketError` with the code `ENOTFOUND` for an unknown name; without the permission Deno's
 * `NotCapable`. Killed, it stops waiting.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assert } from "@std/assert";
 *
 * await bluelet.run(function* () {
 *   const addresses = yield* bluelet.lookup("localhost");
 *   assert(addresses.includes("127.0.0.1") || addresses.includes("::1"));
 * }());
 * ```
 */
export function lookup(host: string): Event<string[]> {
  return new LookupEvent(checkedName(host, "lookup"));
}

/**
 * The records that the DNS has of `name`, of one type, such as `"A"`, asked of a server or of the system's. The name for
 * `"PTR"` may be an IP address. Names in the result end without a dot. (To connect, use `lookup`, which knows
 * `/etc/hosts`.)
 *
 * Throws `SocketError`: `ENOTFOUND` if there are no such records (or the server refuses to answer), `ETIMEDOUT` if no
 * answer came in time; without the permission Deno's `NotCapable`. Killed, it stops asking.
 *
 * @example
 * ```ts ignore
 * import * as bluelet from "jsr:@x/bluelet";
 *
 * await bluelet.main(function* () {
 *   const servers = yield* bluelet.resolve("deno.com", "MX", { server: { hostname: "9.9.9.9" } });
 *   for (const { preference, exchange } of servers) console.log(preference, exchange);
 * }());
 * ```
 */
export function resolve<T extends keyof DnsRecords>(
  name: string,
  type: T,
  options: ResolveOptions = {},
): Event<DnsRecords[T]> {
  checkedName(name, "resolve");
  if (!TYPES.has(type)) {
    throw new TypeError(`resolve takes a type of records: ${[...TYPES].join(", ")}; got ${describe(type)}.`);
  }
  const { server, timeout = 10 } = options;
  checkSeconds(timeout, "resolve");
  const question: DnsQuestion = { name: type === "PTR" ? reverseName(name) : name, type, timeout };
  if (server !== undefined) question.server = checkedServer(server);
  return new ResolveEvent<DnsRecords[T]>(question);
}

const TYPES: ReadonlySet<unknown> = new Set<keyof DnsRecords>(
  ["A", "AAAA", "NS", "CNAME", "PTR", "MX", "TXT", "SRV"],
);

function checkedName(name: unknown, caller: string): string {
  if (typeof name === "string" && name !== "") return name;
  throw new TypeError(`${caller} takes a name; got ${describe(name)}.`);
}

function checkedServer(server: { hostname: string; port?: number }): InternetAddress {
  if (typeof server !== "object" || server === null) {
    throw new TypeError(`resolve takes a server as { hostname, port }; got ${describe(server)}.`);
  }
  const { hostname, port = 53 } = server;
  if (typeof hostname !== "string" || ipVersionOf(hostname) === 0) {
    throw new TypeError(`resolve takes a server by its IP address; got ${describe(hostname)}.`);
  }
  return internetAddressFrom(hostname, port, "resolve", { host: "", leastPort: 1 });
}

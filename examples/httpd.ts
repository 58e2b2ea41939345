/**
 * A web server for the files of a folder, and for lists of what is in its folders: HTTP/1.1 on bluelet's
 * sockets. Each client has a thread, which reads from top to bottom. Ctrl-C finishes what is being sent.
 *
 *     deno run --allow-net=127.0.0.1:8088 --allow-read=docs examples/httpd.ts docs
 *
 * Usage: httpd.ts [ROOT] [--port N] [--host H] [--patience SECONDS] [--hidden] [--quiet]
 * Names that begin with a dot (`.git`) are not there for anybody, unless `--hidden` is given.
 *
 * This file starts and stops it. In the folder `httpd`, read `client.ts` first.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { Client } from "./httpd/client.ts";
import { Folder } from "./httpd/folder.ts";
import { Log } from "./httpd/log.ts";
import { Site } from "./httpd/site.ts";

/** How many seconds Ctrl-C leaves for what is being sent, and then for what is being logged. */
const DRAIN = 10, LAST_WORDS = 1;

interface Options {
  root: string;
  host: string;
  port: number;
  /** How many seconds a client may take to make a request, and to take each piece of an answer. */
  patience: number;
  /** Whether names that begin with a dot are shown. */
  hidden: boolean;
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
      hidden: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 1) throw new RangeError(`There is one ROOT; got ${positionals.join(" ")}.`);
  const port = Number(values.port), patience = Number(values.patience);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new RangeError(`--port takes 0 to 65535; got ${values.port}.`);
  }
  if (!(patience > 0)) throw new RangeError(`--patience takes seconds, more than 0; got ${values.patience}.`);
  return { ...values, port, patience, root: positionals[0] ?? "." };
}

function* httpd(options: Options, log: Log, errors: Log): bluelet.Coroutine<void> {
  const { root, host, port, patience, hidden, quiet } = options;
  const folder = yield* bluelet.promise(Deno.realPath(root));
  if (!(yield* bluelet.promise(Deno.stat(folder))).isDirectory) {
    throw new Deno.errors.NotADirectory(`${root} is no folder.`);
  }
  const site = new Site(new Folder(folder, hidden), (error) => errors.add(textOf(error)));
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

  const serving = yield* bluelet.spawn(bluelet.server(host, port, serve, {
    onListen: (address) => log.add(`Serving ${root} at ${urlOf(address)}`),
    onError: (error) => errors.add(textOf(error)),
    drain: DRAIN,
  }));
  try {
    yield* bluelet.join(serving);
  } catch (error) {
    if (!(error instanceof bluelet.InterruptError)) throw error;
    for (const client of clients) client.leave();
    yield* bluelet.kill(serving);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}

function urlOf(address: bluelet.Address): string {
  if ("path" in address) return address.path;
  const { hostname, port } = address;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
}

/** Serves, with two logs. What a user can mend is told in a line: no such folder, or a port that is taken. */
function* program(options: Options): bluelet.Coroutine<void> {
  const errors = new Log(Deno.stderr);
  const log = new Log(Deno.stdout, (error) => errors.add(`The log cannot be written: ${error}`));
  const writers = [yield* bluelet.spawn(log.run()), yield* bluelet.spawn(errors.run())];
  try {
    // A scope, so that an error of its threads can be caught here. Ctrl-C ends its threads, but not the logs'.
    yield* bluelet.scope(() => httpd(options, log, errors));
    log.add("Stopped.");
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (![bluelet.SocketError, NotFound, NotADirectory].some((type) => error instanceof type)) throw error;
    errors.add((error as Error).message);
    Deno.exitCode = 1;
  }
  for (const each of [log, errors]) each.close();
  yield* bluelet.moveOnAfter(LAST_WORDS, bluelet.all(writers.map((thread) => bluelet.join(thread))));
  for (const thread of writers) yield* bluelet.kill(thread);
}

let options: Options;
try {
  options = optionsFrom(Deno.args);
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(2);
}
await bluelet.main(program(options));
Deno.exit(); // a write to a pipe that nobody reads would keep the process alive

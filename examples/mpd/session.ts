/**
 * The conversation with one client: requests, lists of them, and waiting for changes.
 *
 * @module
 */

import { type Connection, type Coroutine, moveOnAfter, scope, timeout } from "../../mod.ts";
import { type Subsystem, SUBSYSTEMS, type Watcher } from "./changes.ts";
import { COMMANDS, type Context, type Daemon, perform } from "./commands.ts";
import { TAGS } from "./library.ts";
import { ack, CODE, Refusal, VERSION, wordsOf } from "./protocol.ts";

/** Seconds that a client may be silent outside of `idle`, or take to read what it is told. */
const PATIENCE = 60;
/** The most commands in a list. */
const LONGEST_LIST = 10_000;

/** Serves one client until it goes. */
export function* serve(daemon: Daemon, conn: Connection): Coroutine {
  using watcher = daemon.changes.watch();
  const session = new Session(daemon, conn, watcher);
  yield* scope(function* (scope) {
    const announcer = scope.spawn(session.announce());
    yield* session.listen();
    announcer.kill();
  });
}

class Session {
  readonly #context: Context;
  readonly #conn: Connection;
  readonly #watcher: Watcher;
  /** What the client waits for, while it does. */
  #idle: Set<Subsystem> | undefined;

  constructor(daemon: Daemon, conn: Connection, watcher: Watcher) {
    this.#context = { ...daemon, tags: new Set(TAGS) };
    this.#conn = conn;
    this.#watcher = watcher;
  }

  /** Answers request after request, until the client closes. */
  *listen(): Coroutine {
    yield* this.#say(`OK MPD ${VERSION}\n`);
    while (true) {
      const line = yield* this.#line();
      if (line === null) return;
      const name = /^\S*/.exec(line)![0];
      if (name === "noidle") {
        // The announcer may just have answered: then this one asks for nothing any more.
        if (this.#idle !== undefined) yield* this.#endIdle([]);
      } else if (this.#idle !== undefined || name === "close") {
        return; // In the middle of `idle` nothing but `noidle` makes sense.
      } else if (name === "command_list_begin" || name === "command_list_ok_begin") {
        const list = yield* this.#list();
        if (list === undefined) return;
        yield* this.#say(this.#reply(list, name === "command_list_ok_begin"));
      } else if (name === "idle") {
        yield* this.#beginIdle(line);
      } else {
        yield* this.#say(this.#reply([line]));
      }
    }
  }

  /** Tells a client that is idle what changed, as soon as something does. */
  *announce(): Coroutine<never> {
    while (true) {
      yield* this.#watcher.news.wait();
      this.#watcher.news.clear();
      yield* this.#tell();
    }
  }

  *#tell(): Coroutine {
    if (this.#idle === undefined) return;
    const changed = this.#watcher.take(this.#idle);
    if (changed.length > 0) yield* this.#endIdle(changed);
  }

  *#line(): Coroutine<string | null> {
    const reading = this.#conn.readline();
    const line = this.#idle !== undefined ? yield* reading : yield* moveOnAfter(PATIENCE, reading);
    return line?.replace(/\r?\n$/, "") ?? null;
  }

  *#say(text: string): Coroutine {
    yield* timeout(PATIENCE, this.#conn.sendall(text));
  }

  /** The commands up to the end of the list; nothing if that never comes. */
  *#list(): Coroutine<string[] | undefined> {
    const list: string[] = [];
    while (list.length < LONGEST_LIST) {
      const line = yield* this.#line();
      if (line === null) return undefined;
      if (line === "command_list_end") return list;
      list.push(line);
    }
    return undefined;
  }

  *#beginIdle(line: string): Coroutine {
    try {
      this.#idle = subsystemsIn(line);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return yield* this.#say(ack(error, 0, "idle"));
    }
    yield* this.#tell(); // What changed since the last `idle` is news.
  }

  *#endIdle(changed: Subsystem[]): Coroutine {
    this.#idle = undefined;
    yield* this.#say(changed.map((subsystem) => `changed: ${subsystem}\n`).join("") + "OK\n");
  }

  /** What there is to say to a list of commands: the first that is refused ends it. */
  #reply(list: string[], eachOk = false): string {
    let reply = "";
    for (const [index, request] of list.entries()) {
      let command = "";
      try {
        const [name = "", ...words] = wordsOf(request);
        if (COMMANDS.has(name)) command = name;
        for (const line of perform(this.#context, name, words)) reply += `${line}\n`;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return reply + ack(error, index, command);
      }
      if (eachOk) reply += "list_OK\n";
    }
    return reply + "OK\n";
  }
}

/** What `idle player mixer` is about; all there is, if it names nothing. */
function subsystemsIn(line: string): Set<Subsystem> {
  const [, ...names] = wordsOf(line);
  const strange = names.find((name) => !(SUBSYSTEMS as readonly string[]).includes(name));
  if (strange !== undefined) throw new Refusal(CODE.argument, `Unrecognized idle event: ${strange}`);
  return new Set(names.length === 0 ? SUBSYSTEMS : names as Subsystem[]);
}

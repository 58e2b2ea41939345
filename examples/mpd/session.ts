/**
 * The conversation with one client: requests, lists of them, and waiting for changes.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { type Subsystem, SUBSYSTEMS, type Watcher } from "./changes.ts";
import type { Client } from "./clients.ts";
import { COMMANDS, type Context, type Daemon, perform } from "./commands.ts";
import { TAGS } from "./library.ts";
import { LINE, LIST, PIECE, SILENCE, SLOWNESS, TURN } from "./limits.ts";
import { ack, CODE, Refusal, VERSION, wordsOf } from "./protocol.ts";

/** Serves one client until it goes. */
export function* serve(daemon: Daemon, conn: bluelet.Connection): bluelet.Coroutine {
  using client = daemon.clients.enter();
  using watcher = daemon.changes.watch();
  const session = new Session(daemon, conn, client, watcher);
  yield* bluelet.scope(function* (scope) {
    const announcer = scope.spawn(session.announce());
    yield* session.listen();
    announcer.kill();
  });
}

class Session {
  readonly #context: Context;
  readonly #conn: bluelet.Connection;
  readonly #client: Client;
  readonly #watcher: Watcher;
  /** What the client waits for, while it does. */
  #idle: Set<Subsystem> | undefined;
  /** What is said next. */
  #reply = "";
  /** When the work for the current answer began, and when this client last let the others have a turn (ms). */
  #began = 0;
  #rested = 0;

  constructor(daemon: Daemon, conn: bluelet.Connection, client: Client, watcher: Watcher) {
    this.#context = { ...daemon, tags: new Set(TAGS) };
    this.#conn = conn;
    this.#client = client;
    this.#watcher = watcher;
  }

  /** Answers request after request, until the client closes. */
  *listen(): bluelet.Coroutine {
    yield* this.#say(`OK MPD ${VERSION}\n`);
    while (true) {
      const line = yield* this.#line();
      if (line === null) return;
      const name = line instanceof Refusal ? "" : /^\S*/.exec(line)![0];
      if (name === "noidle") {
        // The announcer may just have answered: then this one asks for nothing any more.
        if (this.#idle !== undefined) yield* this.#endIdle([]);
      } else if (this.#idle !== undefined || name === "close") {
        return; // In the middle of `idle` nothing but `noidle` makes sense.
      } else if (line instanceof Refusal) {
        yield* this.#say(ack(line, 0, ""));
      } else if (name === "command_list_begin" || name === "command_list_ok_begin") {
        if (!(yield* this.#answerList(name === "command_list_ok_begin"))) return;
      } else if (name === "idle") {
        yield* this.#beginIdle(line);
      } else {
        yield* this.#answer([line]);
      }
    }
  }

  /** Tells a client that is idle what changed, as soon as something does. */
  *announce(): bluelet.Coroutine<never> {
    while (true) {
      yield* this.#watcher.news.wait();
      this.#watcher.news.clear();
      yield* this.#tell();
    }
  }

  *#tell(): bluelet.Coroutine {
    if (this.#idle === undefined) return;
    const changed = this.#watcher.take(this.#idle);
    if (changed.length > 0) yield* this.#endIdle(changed);
  }

  /** The next request, a refusal of one that is too long, or nothing when there will be none. */
  *#line(): bluelet.Coroutine<string | Refusal | null> {
    yield* this.#rest(this.#rested);
    const reading = this.#read();
    const line = this.#idle !== undefined ? yield* reading : yield* bluelet.moveOnAfter(SILENCE, reading);
    this.#client.heard();
    return line ?? null;
  }

  *#read(): bluelet.Coroutine<string | Refusal | null> {
    for (let isWhole = true;; isWhole = false) {
      try {
        const line = yield* this.#conn.readline("\n", { limit: LINE });
        if (line === null || isWhole) return line?.replace(/\r?\n$/, "") ?? null;
        return new Refusal(CODE.unknown, `A line may have ${LINE} bytes`);
      } catch (error) {
        if (!(error instanceof bluelet.LineTooLongError)) throw error;
        yield* this.#conn.recv(LINE); // These are all of the same line. They are not kept.
        yield* this.#rest(this.#rested);
      }
    }
  }

  /** Sends something, unless the client takes too long to read it: then it is given up. */
  *#say(text: string): bluelet.Coroutine {
    try {
      yield* bluelet.timeout(SLOWNESS, this.#conn.sendall(text));
    } catch (error) {
      if (!(error instanceof bluelet.TimeoutError)) throw error;
      this.#client.thread.kill("it does not read what it is told");
      yield* bluelet.sleep(Infinity);
    }
  }

  /** Answers the commands up to the end of the list; false if that never comes. */
  *#answerList(eachOk: boolean): bluelet.Coroutine<boolean> {
    let list: string[] = [], size = 0, refusal: Refusal | undefined, refused = 0;
    try {
      while (true) {
        const line = yield* this.#line();
        if (line === null) return false;
        if (line === "command_list_end") break;
        if (refusal !== undefined) continue;
        if (typeof line === "string") {
          list.push(line);
          size += line.length + 32; // about what it takes to hold it
          this.#client.hold(size);
        }
        if (line instanceof Refusal) refusal = line;
        else if (size > LIST) refusal = new Refusal(CODE.argument, `A command list may have ${LIST} bytes`);
        if (refusal === undefined) continue;
        // Nothing of a list is done before its end has come; so nothing of this one will be.
        refused = list.length;
        list = [];
        this.#client.hold(0);
      }
      if (refusal !== undefined) yield* this.#say(ack(refusal, refused, ""));
      else yield* this.#answer(list, eachOk);
      return true;
    } finally {
      this.#client.hold(0);
    }
  }

  *#beginIdle(line: string): bluelet.Coroutine {
    try {
      this.#idle = subsystemsIn(line);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return yield* this.#say(ack(error, 0, "idle"));
    }
    yield* this.#tell(); // What changed since the last `idle` is news.
  }

  *#endIdle(changed: Subsystem[]): bluelet.Coroutine {
    this.#idle = undefined;
    yield* this.#say(changed.map((subsystem) => `changed: ${subsystem}\n`).join("") + "OK\n");
  }

  /** Runs commands up to the first that is refused. */
  *#answer(list: string[], eachOk = false): bluelet.Coroutine {
    this.#began = performance.now();
    for (const [index, request] of list.entries()) {
      let command = "";
      try {
        const [name = "", ...words] = wordsOf(request);
        if (COMMANDS.has(name)) command = name;
        for (const line of perform(this.#context, name, words)) {
          yield* this.#add(line === undefined ? "" : `${line}\n`);
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return yield* this.#add(ack(error, index, command), true);
      }
      yield* this.#add(eachOk ? "list_OK\n" : "");
    }
    yield* this.#add("OK\n", true);
  }

  /**
   * Adds to the reply. It is sent piece by piece, at the speed at which the client reads, so a long one is never
   * held as a whole.
   */
  *#add(text: string, isLast = false): bluelet.Coroutine {
    this.#reply += text;
    if (isLast || this.#reply.length >= PIECE) {
      const piece = this.#reply;
      this.#reply = "";
      yield* this.#say(piece);
    }
    yield* this.#rest(this.#began);
  }

  /**
   * Lets the others have their turns, if it is time for that. Not by `bluelet.null()`, which lets threads run that
   * are ready: what others have sent has to be read first.
   */
  *#rest(since: number): bluelet.Coroutine {
    if (performance.now() - since < TURN) return;
    yield* bluelet.sleep(0.001);
    this.#rested = this.#began = performance.now();
  }
}

/** What `idle player mixer` is about; all there is, if it names nothing. */
function subsystemsIn(line: string): Set<Subsystem> {
  const [, ...names] = wordsOf(line);
  const strange = names.find((name) => !(SUBSYSTEMS as readonly string[]).includes(name));
  if (strange !== undefined) throw new Refusal(CODE.argument, `Unrecognized idle event: ${strange}`);
  return new Set(names.length === 0 ? SUBSYSTEMS : names as Subsystem[]);
}

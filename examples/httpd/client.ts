/**
 * One client: its requests are read, answered and logged, one after the other, as long as it asks.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { type Answer, type FilePart, joined, refusalOf } from "./answers.ts";
import type { Log } from "./log.ts";
import { RequestReader } from "./request_reader.ts";
import { HttpError, type Request } from "./requests.ts";
import type { Site } from "./site.ts";

/** How many bytes are read at once, of a connection and of a file. */
const CHUNK = 65_536;

/** How many bytes of answers to pipelined requests are collected before they are sent. */
const BATCH = 262_144;

/** A client, and the connection with it. */
export class Client {
  readonly #conn: bluelet.Connection;
  readonly #site: Site;
  readonly #patience: number;
  readonly #log: Log | null;
  readonly #peer: string;
  readonly #requests = new RequestReader();
  /** Answers that are not sent yet, and how many bytes they have. */
  #answers: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #waiting = false;
  #leaving = false;

  /** `patience` is how many seconds it may take for a request, and for each piece of an answer. */
  constructor(conn: bluelet.Connection, site: Site, patience: number, log: Log | null) {
    this.#conn = conn;
    this.#site = site;
    this.#patience = patience;
    this.#log = log;
    this.#peer = "path" in conn.addr ? conn.addr.path : conn.addr.hostname;
  }

  /** Makes the answer that it is being sent its last; it gets none if it has not asked. */
  leave(): void {
    this.#leaving = true;
    if (this.#waiting) this.#conn.close();
  }

  /** Serves it. */
  *serve(): bluelet.Coroutine<void> {
    try {
      while (yield* this.#exchange());
      yield* this.#flush();
      yield* this.#part();
    } catch (error) {
      // It stopped taking what it asked for, or was left before it asked.
      if (!(error instanceof bluelet.TimeoutError || error instanceof bluelet.SocketClosedError)) throw error;
    }
  }

  /** One request and its answer. Says whether there may be another. */
  *#exchange(): bluelet.Coroutine<boolean> {
    let request: Request | null = null;
    let answer: Answer;
    try {
      request = this.#requests.take() ?? (yield* this.#nextRequest());
      if (request === null) return false;
      if (this.#leaving) request.persistent = false;
      answer = this.#site.kept(request) ?? (yield* this.#site.answer(request));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      answer = refusalOf(null, error);
    }
    this.#log?.add(`${this.#peer} "${request?.line ?? "-"}" ${answer.status} ${answer.size}`);
    this.#answers.push(answer.bytes);
    this.#size += answer.bytes.length;
    if (answer.rest !== undefined) yield* this.#sendFile(answer.rest);
    else if (this.#size > BATCH) yield* this.#flush();
    return answer.persistent;
  }

  /** Waits for a request; `null` if there will be none. */
  *#nextRequest(): bluelet.Coroutine<Request | null> {
    yield* this.#flush();
    if (this.#leaving) return null;
    this.#waiting = true;
    try {
      return yield* bluelet.timeout(this.#patience, this.#arrival());
    } catch (error) {
      if (!(error instanceof bluelet.TimeoutError)) throw error;
      if (!this.#requests.begun) return null;
      throw new HttpError(408, `The request took more than ${this.#patience} s.`);
    } finally {
      this.#waiting = false;
    }
  }

  *#arrival(): bluelet.Coroutine<Request | null> {
    while (true) {
      const bytes = yield* this.#conn.recv(CHUNK);
      if (bytes === null) return null;
      this.#requests.feed(bytes);
      const request = this.#requests.take();
      if (request !== undefined) return request;
    }
  }

  /** Sends the answers that were collected. */
  *#flush(): bluelet.Coroutine<void> {
    if (this.#size === 0) return;
    const bytes = this.#answers.length === 1 ? this.#answers[0]! : joined(this.#answers);
    this.#answers = [];
    this.#size = 0;
    yield* bluelet.timeout(this.#patience, this.#conn.sendall(bytes));
  }

  /** Sends a part of a file, piece by piece, and closes it. */
  *#sendFile({ file, from, length }: FilePart): bluelet.Coroutine<void> {
    using _ = file;
    file.seekSync(from, Deno.SeekMode.Start);
    yield* this.#flush();
    for (let left = length; left > 0;) {
      const bytes = yield* bluelet.read(file, Math.min(left, CHUNK));
      // Shorter than it was when its length was told: the client must see that something is missing.
      if (bytes === null) return this.#conn.close();
      yield* bluelet.timeout(this.#patience, this.#conn.sendall(bytes));
      left -= bytes.length;
    }
  }

  /** Says that this was all, and waits for the client to have read it: closing at once could cost it the last answer. */
  *#part(): bluelet.Coroutine<void> {
    yield* this.#conn.closeWrite();
    yield* bluelet.moveOnAfter(2, this.#rest());
  }

  *#rest(): bluelet.Coroutine<void> {
    while (yield* this.#conn.recv(CHUNK));
  }
}

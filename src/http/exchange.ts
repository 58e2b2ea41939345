/**
 * One request and its answer, between a server that calls a function and the thread that makes the answer.
 *
 * @module
 */

import {
  type Coroutine,
  describe,
  isCoroutine,
  type Named,
  type Scope,
  scope,
  type Thread,
  type Watcher,
} from "../core/mod.ts";
import { reportOf } from "./owners.ts";

/** Status of an answer that nobody gets: its client has gone (as nginx logs it), or its server was stopped. */
const GONE = 499, STOPPED = 503;

/** What `Exchange` answers with: a value, or a promise that may be rejected. */
type Answer<T> = T | PromiseLike<T>;

/** A request that is being answered. It gives its thread its name, and watches its end. */
export class Exchange<T> implements Watcher {
  readonly #request: Request;
  readonly #handler: () => Coroutine<T>;
  /** What is answered when the handler throws, or returns no response; left out, the answer is whatever it does. */
  readonly #failed: ((error: unknown) => Answer<T>) | undefined;
  /** Gives the answer, once. */
  #answer: ((value: Answer<T>) => void) | null;
  #signal: AbortSignal | null = null;
  #thread: Thread | null = null;

  constructor(
    request: Request,
    handler: () => Coroutine<T>,
    answer: (value: Answer<T>) => void,
    failed?: (error: unknown) => Answer<T>,
  ) {
    this.#request = request;
    this.#handler = handler;
    this.#answer = answer;
    this.#failed = failed;
  }

  /** What its thread is called: the method and the path. */
  get name(): string {
    const { method, url } = this.#request;
    return `${method} ${new URL(url).pathname}`;
  }

  /** Starts the thread, in `owner`. If the client goes before the answer is there, the thread is killed. */
  begin(owner: Scope): Thread {
    const thread = owner.start(this.#run(), this as unknown as Named & (() => unknown)) as Thread;
    this.#thread = thread;
    thread.watch(this);
    // Most answers are there by then, and to make a request's signal costs more than all the rest.
    owner.scheduler.host.soon(this.#listen);
    return thread;
  }

  readonly #listen = (): void => {
    if (this.#answer === null) return;
    this.#signal = this.#request.signal;
    if (this.#signal.aborted) this.#abort();
    else this.#signal.addEventListener("abort", this.#abort);
  };

  readonly #abort = (): void => this.#thread!.kill("its client has gone");

  /** In a scope of its own, so that the handler's threads are its own. */
  *#run(): Coroutine<void> {
    yield scope(() => this.#respond());
  }

  /** Results in the answer, so that what it carries, as a body that was fetched, is not taken back at its end. */
  *#respond(): Coroutine<T> {
    const coroutine = this.#handler();
    if (!isCoroutine(coroutine)) {
      throw new TypeError(
        `The handler of ${this.name} must be a generator function (function*); it returned ${
          describe(coroutine)
        }.`,
      );
    }
    // Not called, so that what belongs to the handler's coroutine lasts until the answer is given.
    const answer = yield* coroutine;
    if (this.#failed !== undefined && !(answer instanceof Response)) {
      throw new TypeError(
        `The handler of ${this.name} must return a Response; it returned ${describe(answer)}.`,
      );
    }
    this.#settle(answer);
    return answer;
  }

  #settle(answer: Answer<T>): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#answer!(answer);
    this.#answer = null;
  }

  /** @ignore Its thread has ended. */
  ended(thread: Thread): void {
    if (thread.state === "failed") {
      const error = thread.failure;
      if (this.#answer === null) reportOf(thread.scope)(error, this.#request);
      else this.#settle(this.#failed === undefined ? Promise.reject(error) : this.#failed(error));
    } else if (this.#answer !== null) {
      const status = this.#signal?.aborted ? GONE : STOPPED;
      this.#settle(new Response(null, { status }) as T);
    }
  }
}

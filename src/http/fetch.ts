/**
 * Requests to other servers, that a kill stops.
 *
 * @module
 */

import { capability, describe, type Event, type Outcome, suspend, type Wait } from "../core/mod.ts";
import { belongs, type ByteReader, type Completion, OperationEvent, reader } from "../streams/mod.ts";
import { HTTP } from "./http.ts";

/** A request of ours, until its body has been read or given up. */
class Fetching {
  readonly #controller = new AbortController();
  /** Aborts the request when the caller's own signal is. */
  readonly #signal: AbortSignal;
  #release: (() => void) | null = null;

  constructor(signal: AbortSignal | null | undefined) {
    const { signal: own } = this.#controller;
    this.#signal = signal === null || signal === undefined ? own : AbortSignal.any([signal, own]);
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Stops it, its body too. */
  abort(): void {
    this.#controller.abort(
      new DOMException("The coroutine that fetched it has ended, or was killed.", "AbortError"),
    );
  }

  /** The answer is there. Its body is cancelled when the current coroutine of `wait` ends, if nobody has read it by then. */
  answered(wait: Wait, response: Response): void {
    const { body } = response;
    if (body === null) return;
    fetched.set(response, this);
    this.#release = belongs(wait, (outcome) => {
      if (!body.locked && !response.bodyUsed && !carries(outcome, response)) this.abort();
    });
  }

  /** The body has been read. */
  read(): void {
    this.#release?.();
  }
}

/** Whether a coroutine results in `response`, or in another with its body: then that is for the caller to read. */
function carries(outcome: Outcome, response: Response): boolean {
  if (!outcome.ok || !(outcome.value instanceof Response)) return false;
  return outcome.value === response || outcome.value.body === response.body;
}

const fetched = new WeakMap<object, Fetching>();

class FetchEvent extends OperationEvent<Response> {
  readonly #input: Request | URL | string;
  readonly #init: RequestInit;

  constructor(input: Request | URL | string, init: RequestInit) {
    super();
    if (typeof input === "string") new URL(input); // which says what is wrong with it
    else if (!(input instanceof URL || input instanceof Request)) {
      throw new TypeError(`fetch() takes a URL or a Request; got ${describe(input)}.`);
    }
    this.#input = input;
    this.#init = init;
  }

  protected override begin(wait: Wait, completion: Completion<Response>): () => void {
    const signal = this.#init.signal ?? (this.#input instanceof Request ? this.#input.signal : null);
    const fetching = new Fetching(signal);
    const promise = capability(wait.scheduler.host, HTTP).fetch(this.#input, {
      ...this.#init,
      signal: fetching.signal,
    });
    let wanted = true;
    promise.then((response) => {
      if (!wanted) return void response.body?.cancel().catch(() => {});
      fetching.answered(wait, response);
      completion.done(response);
    }, (error) => wanted && completion.failed(error));
    return () => {
      wanted = false;
      fetching.abort();
    };
  }

  override describe(): string {
    return `an answer from ${this.#input instanceof Request ? this.#input.url : this.#input}`;
  }
}

/**
 * The platform's `fetch`, as an event: killed, timed out, or lost in a race, it stops the request. Results in the response
 * as soon as its head is there; read the body with {@linkcode text}, {@linkcode json}, {@linkcode bytes} or
 * {@linkcode body}, which a kill stops as well. A body that nobody has begun to read when the current coroutine ends is
 * cancelled, unless the coroutine results in the response.
 *
 * Throws what the platform's does: `TypeError` where there is no answer, the `signal`'s reason.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { fetch, text } from "@x/bluelet/http";
 * import { assertEquals } from "@std/assert";
 *
 * await bluelet.run(function* () {
 *   const response = yield* bluelet.timeout(5, fetch("data:,hello"));
 *   assertEquals(yield* text(response), "hello");
 * }());
 * ```
 */
export function fetch(input: Request | URL | string, init: RequestInit = {}): Event<Response> {
  return new FetchEvent(input, init);
}

/** A body that is read as a whole. */
type Whole = Request | Response;

function whole<T>(source: Whole, read: (source: Whole) => Promise<T>, caller: string): Event<T> {
  if (!(source instanceof Response || source instanceof Request)) {
    throw new TypeError(`${caller}() takes a Response or a Request; got ${describe(source)}.`);
  }
  return suspend<T>((resume, raise) => {
    const fetching = fetched.get(source);
    read(source).then((value) => {
      fetching?.read();
      resume(value);
    }, raise);
    return () => fetching?.abort();
  }, { what: `the body of ${source.url || "a response"}` });
}

/** The whole body as text. Killed, it stops the response. */
export function text(source: Response | Request): Event<string> {
  return whole(source, (source) => source.text(), "text");
}

/** The whole body as JSON; a `SyntaxError` if it is none. `T` is what you say that it is: nobody checks it. */
export function json<T = unknown>(source: Response | Request): Event<T> {
  return whole(source, (source) => source.json() as Promise<T>, "json");
}

/** The whole body as bytes. */
export function bytes(source: Response | Request): Event<Uint8Array<ArrayBuffer>> {
  return whole(source, async (source) => new Uint8Array(await source.arrayBuffer()), "bytes");
}

/** The body of a response or request, to be read piece by piece; one without a body is at its end. */
export function body(source: Response | Request): ByteReader {
  if (!(source instanceof Response || source instanceof Request)) {
    throw new TypeError(`body() takes a Response or a Request; got ${describe(source)}.`);
  }
  return reader(source.body ?? new ReadableStream({ start: (controller) => controller.close() }));
}

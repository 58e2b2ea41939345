/**
 * An open file's descriptor: its operations take turns, since the system has one position for all of them.
 *
 * @module
 */

import { type Completion, SocketClosedError } from "../streams/mod.ts";
import type { FileHandle } from "./file_system.ts";

/** Begins an operation when its turn has come. */
export type Start<T> = (handle: FileHandle, completion: Completion<T>) => void;

/** A descriptor, and the operations that wait for their turn. */
export class Descriptor {
  /** The file's path. */
  readonly path: string;
  readonly #handle: FileHandle;
  #current: Request | null = null;
  readonly #waiting = new Set<Request>();
  #closed = false;

  /** Takes `handle` over. */
  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Begins an operation as soon as those before it are over. Returns a function that gives it up. An operation that has
   * begun finishes all the same, and the next one waits for that.
   */
  request<T>(start: Start<T>, completion: Completion<T>): () => void {
    if (this.#closed) throw this.closedError();
    const request = new Request(start as Start<unknown>, completion as Completion<unknown>, this.#ended);
    if (this.#current === null) this.#begin(request);
    else this.#waiting.add(request);
    return () => {
      this.#waiting.delete(request);
      request.end();
    };
  }

  /** Closes it; operations that are not over fail with `SocketClosedError`. Closing twice does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.close();
    const left = [...this.#current === null ? [] : [this.#current], ...this.#waiting];
    this.#waiting.clear();
    for (const request of left) request.end()?.failed(this.closedError());
  }

  /** The error that every use of it throws once it is closed. */
  closedError(): SocketClosedError {
    return new SocketClosedError(
      `The file ${this.path} is closed: by close(), or since the coroutine that opened it has ended. Open it again.`,
    );
  }

  #begin(request: Request): void {
    this.#current = request;
    request.start(this.#handle, request);
  }

  readonly #ended = (): void => {
    this.#current = null;
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      return this.#begin(next);
    }
  };
}

/** One operation. Its completion is called before the next one begins, since that may depend on the result. */
class Request implements Completion<unknown> {
  readonly start: Start<unknown>;
  readonly #onEnd: () => void;
  #completion: Completion<unknown> | null;

  constructor(start: Start<unknown>, completion: Completion<unknown>, onEnd: () => void) {
    this.start = start;
    this.#completion = completion;
    this.#onEnd = onEnd;
  }

  done(value: unknown): void {
    this.end()?.done(value);
    this.#onEnd();
  }

  failed(error: unknown): void {
    this.end()?.failed(error);
    this.#onEnd();
  }

  /** Ends it, and returns its completion, to be called; `null` if that was called, or the operation was given up. */
  end(): Completion<unknown> | null {
    const completion = this.#completion;
    this.#completion = null;
    return completion;
  }
}

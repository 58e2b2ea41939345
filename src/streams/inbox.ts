/**
 * An operation that outlives its thread: accepting, reading, and whatever else the outside completes.
 *
 * The operation belongs to the inbox, not to the thread that made it necessary. If the thread is killed, the operation
 * stays in flight, and its result is kept for the next thread that asks.
 *
 * @module
 */

import { SUSPENDED, type Wait, WaitableEvent, type Waiter, WaitList } from "../core/mod.ts";

/** At most one operation in flight, the waits that it serves, and, in subclasses, the results that no thread took yet. */
export abstract class Inbox<E extends InboxEvent> {
  // The wait that came first has fields of its own: where only one may wait, as on a connection, no list is made.
  #wait: Wait | null = null;
  #event: E | null = null;
  #others: WaitList<E> | null = null;
  #inFlight = false;
  #closed = false;
  #untilIdle: WaitList | null = null;

  /**
   * Begins the operation, of which `event` needs more, or, with `null`, nobody does yet; `arrived` or `refused` says that it
   * is over.
   */
  protected abstract begin(event: E | null): void;

  /** The error that its use throws once it is closed, also at the waits in line. */
  protected abstract closedError(): unknown;

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the operation is in flight. */
  get inFlight(): boolean {
    return this.#inFlight;
  }

  /** The wait that the operation serves, if there is one. */
  protected get first(): Wait | null {
    return this.#wait;
  }

  /** Hot path: performs `event`, from what has arrived, or by beginning the operation. */
  perform(wait: Wait, event: E): unknown {
    if (this.#closed) throw this.closedError();
    if (this.#wait !== null) return this.queue(wait, event, this.#wait);
    const result = event.take(wait);
    if (result !== SUSPENDED) return result;
    this.#wait = wait;
    this.#event = event;
    if (!this.#inFlight) this.#begin(event);
    return SUSPENDED;
  }

  /** Adds `wait` to the line, behind `_first`. A subclass that allows only one wait throws. */
  protected queue(wait: Wait, event: E, _first: Wait): typeof SUSPENDED {
    wait.slot = (this.#others ??= new WaitList()).add(wait, event);
    return SUSPENDED;
  }

  /** Takes `wait` back; the operation stays in flight. */
  withdraw(wait: Wait): void {
    if (this.#wait === wait) this.#promote();
    else this.#others?.remove(wait.slot as Waiter<E>);
  }

  /** Hot path: for subclasses to say that the operation has ended, and its result can be taken. */
  protected arrived(): void {
    this.#inFlight = false;
    while (this.#wait !== null && !this.#closed) {
      const wait = this.#wait, event = this.#event!;
      let result: unknown;
      try {
        result = event.take(wait);
      } catch (error) {
        this.#promote();
        wait.raise(error);
        continue;
      }
      if (result === SUSPENDED) return this.#begin(event);
      this.#promote();
      wait.resume(result);
    }
    if (this.#closed) this.#end();
  }

  /** For subclasses to say that the operation failed: `error` is thrown at the first wait; for others it begins again. */
  protected refused(error: unknown): void {
    const wait = this.#wait;
    if (wait !== null && !this.#closed) {
      this.#promote();
      wait.raise(error);
    }
    this.arrived();
  }

  /** Begins the operation though nobody waits for what it brings. */
  protected ahead(): void {
    if (!this.#inFlight && !this.#closed) this.#begin(null);
  }

  /** From here on it throws; what waits is thrown the same as soon as nothing is in flight. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#inFlight) this.#end();
  }

  /** Waits until nothing is in flight. Only then, for example, is a port free. */
  untilIdle(wait: Wait): undefined | typeof SUSPENDED {
    if (!this.#inFlight) return undefined;
    wait.slot = (this.#untilIdle ??= new WaitList()).add(wait, undefined);
    return SUSPENDED;
  }

  /** Takes an `untilIdle` back. */
  withdrawIdle(wait: Wait): void {
    this.#untilIdle!.remove(wait.slot as Waiter);
  }

  /** Begins the operation. Where that fails at once, as for want of memory, it is the first wait's failure alone. */
  #begin(event: E | null): void {
    this.#inFlight = true;
    try {
      this.begin(event);
    } catch (error) {
      this.refused(error);
    }
  }

  /** The next wait in line becomes the first. */
  #promote(): void {
    const next = this.#others?.shift();
    this.#wait = next === undefined ? null : next.wait;
    this.#event = next === undefined ? null : next.value;
  }

  #end(): void {
    for (let wait; (wait = this.#wait) !== null;) {
      this.#promote();
      wait.raise(this.closedError());
    }
    for (let idle; (idle = this.#untilIdle?.shift()) !== undefined;) idle.wait.resume();
  }
}

/** An event that takes something from an inbox. */
export abstract class InboxEvent<T = unknown> extends WaitableEvent<T> {
  /** @ignore The inbox. */
  // deno-lint-ignore no-explicit-any -- each takes events of its own class
  abstract readonly inbox: Inbox<any>;

  /** @ignore Takes the result, for `wait`, out of the inbox; `SUSPENDED` if more has to come first. */
  abstract take(wait: Wait): T | typeof SUSPENDED;

  /** @ignore */
  override perform(wait: Wait): T | typeof SUSPENDED {
    return this.inbox.perform(wait, this) as T | typeof SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    this.inbox.withdraw(wait);
  }
}

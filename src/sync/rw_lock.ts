/**
 * Readers-writer locks: any number of readers, or one writer.
 *
 * @module
 */

import { current, type Event, SUSPENDED, type Thread, Users, type Wait, WaitList } from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for an {@linkcode RWLock}. */
export interface RWLockOptions {
  /** What reports call it; left out, `rwlock-1` and so on. */
  name?: string;
}

/**
 * Lets any number of threads read at a time, or one write. It is fair: a reader that comes after a waiting writer
 * waits behind it, so that neither readers nor writers starve. (Go's `RWMutex`, with one `release` for both.)
 *
 * It is not reentrant: a thread that holds it, in whichever way, gets an `Error` when it asks again. Like a
 * {@linkcode Lock}, it is broken once a thread has ended without releasing it.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new bluelet.RWLock();
 * const prices = new Map([["tea", 2]]);
 * function* read(what: string) {
 *   yield* lock.read();
 *   try {
 *     yield* bluelet.sleep(0.001); // several threads may be here at once
 *     return prices.get(what);
 *   } finally {
 *     lock.release();
 *   }
 * }
 * function* change(what: string, price: number) {
 *   yield* lock.write();
 *   try {
 *     prices.set(what, price); // nobody else is here
 *   } finally {
 *     lock.release();
 *   }
 * }
 * await bluelet.run(function* () {
 *   const [before, , after] = yield* bluelet.all([read("tea"), change("tea", 3), read("tea")]);
 *   assertEquals([before, after], [2, 3]);
 * }());
 * ```
 */
export class RWLock {
  readonly #users = new Users();
  readonly #label: Label;
  /** Whether each wait in line is for writing. */
  readonly #waiters = new WaitList<boolean>();
  /** The threads that hold it, each with a function that stops watching for its end. */
  readonly #holders = new Map<Thread, () => void>();
  #writing = false;
  /** The thread that ended without releasing it. */
  #broken: Thread | null = null;
  readonly #read: Event<void>;
  readonly #write: Event<void>;

  /** Makes a lock that no thread holds. */
  constructor(options: RWLockOptions = {}) {
    this.#label = new Label("rwlock", options.name);
    this.#read = this.#event(false);
    this.#write = this.#event(true);
  }

  /** Waits until this thread may read, beside others that read. Throws `Error` if it holds the lock already. */
  read(): Event<void> {
    return this.#read;
  }

  /** Waits until this thread may write, alone. Throws `Error` if it holds the lock already. */
  write(): Event<void> {
    return this.#write;
  }

  /** Releases the lock, held to read or to write. Throws `Error` if this thread does not hold it. */
  release(): void {
    const thread = current();
    const unwatch = this.#holders.get(thread);
    if (unwatch === undefined) {
      throw new Error(`${thread} cannot release ${this.#label}: it does not hold it.`);
    }
    unwatch();
    this.#holders.delete(thread);
    this.#writing = false;
    this.#letIn();
  }

  #event(writes: boolean): Event<void> {
    return new WaitListEvent<void, boolean>({
      list: this.#waiters,
      users: this.#users,
      value: writes,
      label: this.#label,
      enter: (wait) => this.#enter(wait, writes),
      left: () => this.#letIn(),
      holders: () => [...this.#holders.keys()],
      describe: () => `${this.#label}, to ${writes ? "write" : "read"}: ${this.#holds()}`,
      handsOver: true,
    });
  }

  #enter({ thread }: Wait, writes: boolean): undefined | typeof SUSPENDED {
    if (this.#broken !== null) throw this.#brokenBy(this.#broken);
    if (this.#holders.has(thread)) {
      throw new Error(
        `${thread} already holds ${this.#label}, and would wait for itself: it is not reentrant.`,
      );
    }
    if (this.#waiters.size > 0 || !this.#admits(writes)) return SUSPENDED;
    this.#hold(thread, writes);
    return undefined;
  }

  /** Whether one more may go in now. */
  #admits(writes: boolean): boolean {
    return this.#holders.size === 0 || !writes && !this.#writing;
  }

  #hold(thread: Thread, writes: boolean): void {
    this.#holders.set(thread, thread.onEnd(this.#holderEnded));
    this.#writing = writes;
  }

  /** Lets in those at the front of the line that may go in now. */
  #letIn(): void {
    for (let first; (first = this.#waiters.first) !== undefined && this.#admits(first.value);) {
      this.#waiters.remove(first);
      this.#hold(first.wait.thread, first.value);
      first.wait.resume();
    }
  }

  readonly #holderEnded = (holder: Thread): void => {
    this.#broken = holder;
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) {
      waiter.wait.raise(this.#brokenBy(holder));
    }
  };

  #brokenBy(holder: Thread): Error {
    return new Error(
      `${this.#label} is broken: ${holder} ended without releasing it. Release in \`finally\`.`,
    );
  }

  #holds(): string {
    const names = [...this.#holders.keys()].slice(0, 5).map(String).join(", ");
    return `${names}${this.#holders.size > 5 ? ", ..." : ""} ${this.#writing ? "writes" : "read"}`;
  }
}

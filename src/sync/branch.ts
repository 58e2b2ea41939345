/**
 * A branch stands in for a thread that waits for several events at once: each of them gets a branch of its
 * own to resume, and keeps in it what a wait keeps in a thread.
 *
 * @module
 */

import type { Event, Scheduler, Scope, Thread } from "../core/mod.ts";

/** Who is told how a branch ended; the branches of one wait have one. */
export interface Trunk {
  /** The thread that really waits. */
  readonly thread: Thread;
  /** The event of `branch` happened: with `value`, or, unless `ok`, as this error. */
  happened(branch: Branch, ok: boolean, value: unknown): void;
}

/** The outermost wait that is beginning one of its cases. */
let beginning: Trunk | null = null;

/** One event's view of a thread that waits for several: as much of a thread as events may use. */
export class Branch {
  /** What the event keeps for its `withdraw`. */
  slot: unknown = undefined;
  /** The outermost wait, of selects within selects. */
  readonly root: Trunk;

  constructor(readonly trunk: Trunk, readonly event: Event<unknown>, readonly key: string | number) {
    const outer: unknown = trunk.thread;
    this.root = outer instanceof Branch ? outer.root : trunk;
  }

  /** Begins this case: performs its event. */
  perform(): unknown {
    const outer = beginning;
    beginning = this.root;
    try {
      return this.event.perform(this.asThread);
    } finally {
      beginning = outer;
    }
  }

  /** The branch, as events want it. */
  get asThread(): Thread {
    return this as unknown as Thread;
  }

  resume(value?: unknown): void {
    this.trunk.happened(this, true, value);
  }

  raise(error: unknown): void {
    this.trunk.happened(this, false, error);
  }

  enter(): never {
    throw new TypeError(
      `select() takes events that do nothing but wait; "${this.key}" runs a coroutine. Spawn that, and select its join().`,
    );
  }

  return(): never {
    return this.enter();
  }

  get id(): number {
    return this.trunk.thread.id;
  }

  get name(): string {
    return this.trunk.thread.name;
  }

  get scheduler(): Scheduler {
    return this.trunk.thread.scheduler;
  }

  get innermost(): Scope {
    return this.trunk.thread.innermost;
  }

  onEnd(callback: (thread: Thread) => void): void {
    this.trunk.thread.onEnd(callback);
  }
}

/** The thread that waits, if `thread` may be a branch of it. */
export function threadBehind(thread: Thread): Thread {
  return (thread as unknown) instanceof Branch ? (thread as unknown as Branch).root.thread : thread;
}

/**
 * Whether `thread` is a case of the very select that is beginning another of its cases: only one of the two may
 * happen, so that they cannot serve each other. While no select is beginning, as good as always, that takes no time.
 */
export function isRival(thread: Thread): boolean {
  return beginning !== null && (thread as unknown) instanceof Branch &&
    (thread as unknown as Branch).root === beginning;
}

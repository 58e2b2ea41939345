/**
 * Waiting in line until another thread does something: what flags, semaphores, barriers and joins have in common.
 *
 * @module
 */

import {
  Event,
  type Scheduler,
  SUSPENDED,
  type Thread,
  type Users,
  type Wait,
  type Waiter,
  type WaitList,
} from "../core/mod.ts";
import type { Label } from "./label.ts";

/** The parts of a `WaitListEvent` that its owner supplies. */
export interface WaitingLine<T, V> {
  /** The line of waits. */
  readonly list: WaitList<V>;
  /** The value that the list keeps with each wait. */
  readonly value?: V;
  /** The name of the lock, flag, ... that is waited for. It is given a number if it has no name. */
  readonly label?: Label;
  /** The runs whose threads use it. */
  readonly users: Users;
  /** Returns the result if there is no need to wait, or `SUSPENDED`. */
  enter(wait: Wait): T | typeof SUSPENDED;
  /** Is called after a wait was taken back. */
  left?(): void;
  /** Describes what is waited for, for reports. */
  describe(): string;
  /** The threads that hold what is waited for. */
  holders?(): readonly Thread[];
  /** Whether code outside any thread may end the wait. Default `false`. */
  readonly outside?: boolean;
  /** Whether a thread that was let go on was given something, which its kill must not lose. */
  readonly handsOver: boolean;
}

/** Waits in line until another thread takes the wait out and resumes it. */
export class WaitListEvent<T, V = void> extends Event<T> {
  readonly #line: WaitingLine<T, V>;

  constructor(line: WaitingLine<T, V>) {
    super();
    this.#line = line;
  }

  override perform(wait: Wait): T | typeof SUSPENDED {
    const line = this.#line;
    line.users.add();
    const result = line.enter(wait);
    if (result !== SUSPENDED) return result;
    line.label?.number(wait.scheduler);
    wait.slot = line.list.add(wait, line.value as V);
    return SUSPENDED;
  }

  override withdraw(wait: Wait): void {
    this.#line.list.remove(wait.slot as Waiter<V>);
    this.#line.left?.();
  }

  override describe(): string {
    return this.#line.describe();
  }

  override get outside(): boolean {
    return this.#line.outside ?? false;
  }

  override get needs(): readonly Thread[] {
    return this.#line.holders?.() ?? [];
  }

  override sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    return this.#line.users.besides(scheduler);
  }

  override get handsOver(): boolean {
    return this.#line.handsOver;
  }
}

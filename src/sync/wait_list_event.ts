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

/** How one kind of waiting goes. */
export interface WaitingLine<T, V> {
  /** What waits. */
  readonly list: WaitList<V>;
  /** What the list keeps with each wait. */
  readonly value?: V;
  /** What is waited for, to be numbered if it has no name. */
  readonly label?: Label;
  /** Whose threads use it. */
  readonly users: Users;
  /** The result, if there is no need to wait. */
  enter(wait: Wait): T | typeof SUSPENDED;
  /** A wait was taken back. */
  left?(): void;
  /** What is waited for, in words. */
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

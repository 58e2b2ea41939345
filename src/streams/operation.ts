/**
 * One operation of the host that belongs to the wait which began it, such as binding a socket or opening a file.
 *
 * @module
 */

import { SUSPENDED, type Wait, WaitableEvent } from "../core/mod.ts";
import type { Completion } from "./completion.ts";

/** Waits for an operation of the host. Killed, it gives the operation up. */
export abstract class OperationEvent<T> extends WaitableEvent<T> {
  /**
   * @ignore Begins the operation for `wait`. Returns a function that gives it up: then the completion is never called, and
   * what the operation still opens is closed.
   */
  protected abstract begin(wait: Wait, completion: Completion<T>): () => void;

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    wait.slot = this.begin(wait, {
      done: (value) => wait.resume(value),
      failed: (error) => wait.raise(error),
    });
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    (wait.slot as () => void)();
  }
}

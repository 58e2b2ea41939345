/**
 * One incarnation of a simulated host: one run of its program, from a start to its end or to a crash.
 *
 * @module
 */

import {
  type Alarm,
  type Coroutine,
  Scheduler,
  type SchedulerOptions,
  type Thread,
  type Trace,
} from "../core/mod.ts";
import { setRunning } from "../core/internal.ts";
import type { NetworkHost } from "../net/mod.ts";
import { NondeterminismError } from "./errors.ts";
import type { Journal } from "./history/journal.ts";
import type { HostView } from "./network/host_view.ts";
import { SimulatedHttp } from "./network/simulated_http.ts";
import type { SimulatedNetwork } from "./network/simulated_network.ts";

/** Thrown through the scheduler of a host that crashed in a step of its own thread: it must run nothing more. */
const CRASHED = Symbol("crashed");

/** What all incarnations of a world have in common. */
export interface IncarnationContext {
  readonly journal: Journal;
  /** Options for each scheduler. */
  readonly scheduling: Pick<SchedulerOptions, "grace" | "pick">;
  /** Whether threads may wait for real promises. */
  readonly allowPromises: boolean;
  /** Called before every step of a thread. */
  readonly beforeStep: () => void;
  /** Called after every step, unless the host crashed in it. */
  readonly afterStep: () => void;
}

/** One run of a host's program. It is the host, in core's sense, of the scheduler that runs the program. */
export class Incarnation implements NetworkHost {
  readonly network: SimulatedNetwork;
  readonly http: SimulatedHttp;
  readonly scheduler: Scheduler;
  /** Settles when the program and all its threads have ended; never, after a crash. */
  finished: Promise<unknown> = Promise.resolve();
  readonly #view: HostView;
  readonly #context: IncarnationContext;
  readonly #onEnd: (errors: readonly unknown[]) => void;
  #crashed = false;
  #ended = false;

  /** `onEnd` is told with which errors the program and its threads have ended; a crash is no end. */
  constructor(
    view: HostView,
    network: SimulatedNetwork,
    context: IncarnationContext,
    onEnd: (errors: readonly unknown[]) => void,
  ) {
    this.#view = view;
    this.network = network;
    this.http = new SimulatedHttp(network, view.loop);
    this.#context = context;
    this.#onEnd = onEnd;
    this.scheduler = new Scheduler({ ...context.scheduling, host: this, trace: this.#trace() });
  }

  /** Whether it has threads that may still run. */
  get alive(): boolean {
    return !this.#crashed && !this.#ended;
  }

  /** Starts `program` in a thread called `name`. */
  start(program: Coroutine<unknown>, name: string): void {
    const onEnd = (scope: { readonly errors: readonly unknown[] }) => {
      if (this.#crashed) return; // in its last step
      this.network.close();
      this.#ended = true;
      this.#onEnd(scope.errors);
    };
    this.finished = this.scheduler.start(program, { name, onEnd }).finished;
    this.finished.catch(() => {}); // `onEnd` has reported it
  }

  /** Ends it at once: no thread makes another step, no clean-up runs, and what threads wait for is withdrawn. */
  crash(): void {
    this.#crashed = true;
    for (const thread of this.scheduler.threads) thread.event?.withdraw(thread);
    this.network.crash();
  }

  now(): number {
    return this.#view.loop.now;
  }

  alarm(seconds: number, ring: () => void): Alarm {
    return { cancel: this.#view.loop.in(seconds, () => this.#run(ring)) };
  }

  soon(task: () => void): void {
    this.#view.loop.soon(() => this.#run(task));
  }

  turn(task: () => void): void {
    this.soon(task);
  }

  promised(): void {
    if (this.#context.allowPromises) return;
    throw new NondeterminismError(
      "A simulated thread waits for a real promise, which settles when the real world likes: use threads and " +
        `channels instead, or pass { outside: "allow" } to simulate().`,
    );
  }

  #run(task: () => void): void {
    if (this.#crashed) return;
    try {
      task();
    } catch (error) {
      if (error !== CRASHED) throw error;
      setRunning(null);
    }
  }

  /** What the scheduler calls around each step of a thread. */
  #trace(): Trace {
    const { journal, beforeStep, afterStep } = this.#context;
    return {
      running: (thread: Thread) => {
        beforeStep();
        journal.running(this.#view.name, thread);
      },
      yielded: (thread: Thread, value: unknown) => {
        this.#stopIfCrashed();
        journal.yielded(thread, value);
      },
      ran: (thread: Thread) => {
        this.#stopIfCrashed();
        journal.ran(thread);
        afterStep();
      },
    };
  }

  #stopIfCrashed(): void {
    if (this.#crashed) throw CRASHED;
  }
}

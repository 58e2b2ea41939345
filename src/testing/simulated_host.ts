/**
 * A simulated host: a name on the network, and the program that runs there, life after life.
 *
 * @module
 */

import { type Alarm, type Coroutine, Scheduler, type SchedulerOptions, type Thread } from "../core/mod.ts";
import { setRunning } from "../core/current.ts";
import type { NetworkHost } from "../net/mod.ts";
import { type Directory, SimulatedNetwork } from "./network/simulated_network.ts";
import type { Site } from "./network/host_view.ts";

/** What a host's program is doing. */
export type HostState = "new" | "running" | "ended" | "crashed";

/** Thrown through a scheduler whose host crashed while it was running: it runs nothing more. */
const CRASHED = Symbol("crashed");

/** Is told by a life of what it does; the world is one. */
export interface Witness {
  /** Options of every scheduler. */
  readonly options: Pick<SchedulerOptions, "grace" | "pick">;
  /** `thread` is about to run. */
  running(life: Life, thread: Thread): void;
  /** `thread` yielded this. */
  yielded(life: Life, thread: Thread, value: unknown): void;
  /** `thread` has run. */
  ran(life: Life, thread: Thread): void;
  /** Something is to be done soon. */
  woken(): void;
  /** A thread is about to wait for a real promise. */
  promised(): void;
  /** The program and all its threads have ended, with these errors. */
  ended(life: Life, errors: readonly unknown[]): void;
}

/** One life of a host's program: from start to end, or to a crash. */
export class Life implements NetworkHost {
  readonly site: Site;
  readonly network: SimulatedNetwork;
  readonly scheduler: Scheduler;
  readonly #witness: Witness;
  /** The root, once it is started. */
  root: Thread | null = null;
  /** Settles when all is over. */
  finished: Promise<unknown> = Promise.resolve();
  #alive = true;
  #over = false;

  constructor(site: Site, directory: Directory, witness: Witness) {
    this.site = site;
    this.#witness = witness;
    this.network = new SimulatedNetwork(site, directory);
    const trace = {
      running: (thread: Thread) => witness.running(this, thread),
      yielded: (thread: Thread, value: unknown) => {
        this.#checkAlive();
        witness.yielded(this, thread, value);
      },
      ran: (thread: Thread) => {
        this.#checkAlive();
        witness.ran(this, thread);
      },
    };
    this.scheduler = new Scheduler({ ...witness.options, host: this, trace });
  }

  /** Whether it has threads that may still run. */
  get alive(): boolean {
    return this.#alive && !this.#over;
  }

  start(program: Coroutine<unknown>, name: string): void {
    const onEnd = (scope: { readonly errors: readonly unknown[] }) => {
      if (!this.#alive) return; // it crashed in its last step
      this.network.close();
      this.#over = true;
      this.#witness.ended(this, scope.errors);
    };
    const run = this.scheduler.start(program, { name, onEnd });
    this.root = run.thread as Thread;
    this.finished = run.finished;
    this.finished.catch(() => {}); // the world tells
  }

  /** Ends it at once: no thread makes another step, no clean-up runs, what it waited for is taken back. */
  crash(): void {
    this.#alive = false;
    for (const thread of this.scheduler.threads) thread.event?.withdraw(thread);
    this.network.vanish();
  }

  now(): number {
    return this.site.loop.now;
  }

  alarm(seconds: number, ring: () => void): Alarm {
    return { cancel: this.site.loop.in(seconds, () => this.#run(ring)) };
  }

  soon(task: () => void): void {
    this.#witness.woken();
    this.site.loop.soon(() => this.#run(task));
  }

  turn(task: () => void): void {
    this.soon(task);
  }

  promised(): void {
    this.#witness.promised();
  }

  #run(task: () => void): void {
    if (!this.#alive) return;
    try {
      task();
    } catch (error) {
      if (error !== CRASHED) throw error;
      setRunning(null);
    }
  }

  #checkAlive(): void {
    if (!this.#alive) throw CRASHED;
  }
}

/** A host, through all its lives. */
export class Machine {
  /** The life that it lives, or the last one that it lived. */
  life: Life | null = null;
  state: HostState = "new";
  /** Bytes a second that it reads from each connection. */
  pace = Infinity;
  /** Whether the world ends when its program does. */
  readonly main: boolean;

  constructor(readonly name: string, readonly program: () => Coroutine<unknown>, main = false) {
    this.main = main;
  }

  /** Ends its life at once. */
  crash(): void {
    this.state = "crashed";
    this.life?.crash();
  }

  /** Its network; `null` while it is down. */
  get network(): SimulatedNetwork | null {
    return this.life?.alive ? this.life.network : null;
  }
}

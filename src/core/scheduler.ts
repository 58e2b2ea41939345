/**
 * The scheduler: takes threads from the run queue, one after another, and lets the host have its turn.
 *
 * @module
 */

import { AlarmClock } from "./alarm_clock.ts";
import {
  checkRoot,
  checkTarget,
  type Coroutine,
  coroutineFrom,
  type CoroutineFunction,
} from "./coroutine.ts";
import { setRunning } from "./current.ts";
import { deadlock, dump, threadsIn } from "./dump.ts";
import { InterruptError } from "./errors.ts";
import { defaultHost, type Host } from "./host.ts";
import { Pace } from "./pace.ts";
import { RunQueue } from "./run_queue.ts";
import type { Run, SchedulerOptions } from "./scheduler_options.ts";
import type { Trace } from "./trace.ts";
import { Scope } from "./scope.ts";
import { begins, ends, severalRun, Stall } from "./stall.ts";
import type { Thread } from "./thread.ts";
import { type Timer, TimerHeap } from "./timers.ts";

/** Runs threads. `run` makes one for each run; make your own to spawn and kill from outside. */
export class Scheduler {
  /** The world that it runs in. */
  readonly host: Host;
  /** Seconds that a killed thread has for its clean-up. */
  readonly grace: number;
  /** @ignore Events use `setTimer`. */
  readonly timers: TimerHeap = new TimerHeap();
  /** @ignore */
  readonly trace: Trace | null;
  /** @ignore How many waits, and open bridges, something outside will end. */
  outside = 0;
  /** @ignore While its threads wait for those of other schedulers: for which. */
  stall: Stall | null = null;
  /** @ignore The schedulers that wait for threads of this one. */
  readonly stalled: Set<Scheduler> = new Set();

  readonly #queue = new RunQueue<Thread>();
  readonly #pace = new Pace();
  readonly #pick: ((count: number) => number) | undefined;
  readonly #roots = new Set<Scope>();
  /** Where threads go that outside code spawns while nothing else runs. */
  #spawned: Scope | null = null;
  /** What waits for the host's turn. */
  readonly #postponed: (() => void)[] = [];
  #ids = 0;
  /** Whether the scheduler is running, or the host was asked to call it. */
  #awake = false;
  readonly #alarm: AlarmClock;
  #deadlocks = 0;
  /** Whether other runs have had time to begin since all threads wait. */
  #waited = false;

  /** Makes a scheduler on a host. */
  constructor(options: SchedulerOptions = {}) {
    const { host, grace = 5, pick, trace = null } = options;
    if (!(grace >= 0)) throw new RangeError(`grace is a number of seconds, 0 or more; got ${grace}.`);
    this.host = host ?? defaultHost();
    this.#alarm = new AlarmClock(this.host, () => this.#ring());
    this.grace = grace;
    this.#pick = pick;
    this.trace = trace;
  }

  /** Every thread that has not ended. */
  get threads(): readonly Thread[] {
    return threadsIn(this.#roots);
  }

  /** The threads, what each is doing, and what it waits for, a line each. */
  dump(): string {
    return dump(this.threads);
  }

  /**
   * Spawns a thread from outside: into the run that is going on, or else one of its own, whose error
   * is thrown from the thread's `result` or, if nobody asked for that, reported as unhandled.
   */
  spawn<T>(coroutine: Coroutine<T>): Thread<T>;
  /** Spawns `fn(...args)`; the thread is named after `fn`. */
  spawn<A extends unknown[], T>(fn: CoroutineFunction<A, T>, ...args: A): Thread<T>;
  spawn<A extends unknown[], T>(target: Coroutine<T> | CoroutineFunction<A, T>, ...args: A): Thread<T> {
    checkTarget(target, "spawn");
    const coroutine = coroutineFrom(target, args, "spawn");
    const [running] = this.#roots;
    const name = typeof target === "function" ? target.name : "";
    if (running !== undefined) return running.start(coroutine, name);
    return this.#open(coroutine, name, (scope) => {
      if (scope.errors.length > 0 && !scope.observed) Promise.reject(scope.failure);
    }).thread;
  }

  /**
   * Runs `root` and everything that it spawns; resolves with its value when all have ended. A thread that
   * fails ends the others, and the promise is rejected with its error.
   */
  // deno-lint-ignore require-await -- so that a bad argument rejects the promise, as users expect of one
  async run<T>(root: Coroutine<T>, options: { signal?: AbortSignal; name?: string } = {}): Promise<T> {
    return this.start(root, options).finished;
  }

  /** @ignore Like `run`, and the root thread and a way to interrupt it. `onEnd` is called when all have ended. */
  start<T>(
    root: Coroutine<T>,
    options: { signal?: AbortSignal; name?: string; onEnd?: (scope: Scope) => void } = {},
  ): Run<T> {
    checkRoot(root);
    let settle: () => void;
    const ended = new Promise<void>((resolve) => settle = resolve);
    const { thread, scope } = this.#open(root, options.name ?? "", (scope) => {
      settle();
      options.onEnd?.(scope);
    });
    const { signal } = options;
    const abort = () => scope.fail(signal!.reason, null);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
    const finished = ended.then(() => {
      signal?.removeEventListener("abort", abort);
      if (scope.errors.length > 0) throw scope.failure;
      return thread.outcome();
    });
    const interrupt = (name: string) => thread.interrupt(new InterruptError(name));
    return { thread, finished, interrupt };
  }

  /**
   * Says that the outside will wake a thread of this scheduler, until what it returns is called: for bridges
   * from callbacks, which otherwise could be taken for a deadlock.
   */
  hold(): () => void {
    let held = true;
    this.outside++;
    return () => {
      if (!held) return;
      held = false;
      this.outside--;
      this.lookAgain();
    };
  }

  /** For events: fires `timer` in so many `seconds`, on the host's clock; `Infinity` never. */
  setTimer(timer: Timer, seconds: number): void {
    this.timers.add(timer, this.host.now() + seconds);
    if (!this.#awake) this.#alarm.follow(this.timers);
  }

  /** For events: takes `timer` back; one that is not set is left alone. */
  clearTimer(timer: Timer): void {
    this.timers.remove(timer);
  }

  /** @ignore Puts `thread` at the back of the run queue. */
  ready(thread: Thread): void {
    this.#queue.push(thread);
    if (!this.#awake) this.#wake();
  }

  /** @ignore */
  nextId(): number {
    return ++this.#ids;
  }

  /** @ignore Charges for a wait that the host can end without having had a turn. */
  spend(): void {
    this.#pace.spend();
  }

  /**
   * @ignore Does `task`, which goes on with what the host has ended, perhaps without having had a turn: at once or, if
   * the host is due its turn, after that. What begins such operations one after another, outside threads, starves nobody so.
   */
  paced(task: () => void): void {
    if (this.#pace.spend()) this.#look();
    if (!this.#pace.overdue) task();
    else if (this.#postponed.push(task) === 1) this.host.turn(this.#hadTurn);
  }

  #open<T>(coroutine: Coroutine<T>, name: string, onEmpty: (scope: Scope) => void) {
    const scope = new Scope(this, null);
    const thread = scope.start(coroutine, name);
    if (this.#roots.size === 0) begins();
    this.#roots.add(scope);
    this.#deadlocks = 0;
    scope.whenEmpty(() => {
      this.#roots.delete(scope);
      if (this.#roots.size === 0) ends(this);
      onEmpty(scope);
    });
    return { scope, thread };
  }

  /** @ignore Whether it has threads. */
  get running(): boolean {
    return this.#roots.size > 0;
  }

  /** @ignore Sees again whether anything can still go on. */
  lookAgain(): void {
    this.#wake();
  }

  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    this.#waited = false;
    this.stall?.end();
    this.stall = null;
    if (this.#pace.overdue) this.host.turn(this.#afterTurn);
    else this.host.soon(this.#go);
  }

  readonly #afterTurn = (): void => {
    this.#hadTurn();
    this.#go();
  };

  readonly #hadTurn = (): void => {
    const now = this.host.now();
    this.#pace.turned(now);
    this.timers.fire(now);
    if (this.#postponed.length > 0) { for (const task of this.#postponed.splice(0)) task(); }
  };

  /** Runs threads until none is ready or the host is due its turn. */
  readonly #go = (): void => {
    const queue = this.#queue, pace = this.#pace, pick = this.#pick, { trace } = this;
    do {
      for (;;) {
        if (pick !== undefined && queue.size > 0) queue.promote(pick(queue.size));
        const thread = queue.shift();
        if (thread === undefined) break;
        trace?.running(thread);
        thread.step(trace);
        trace?.ran(thread);
        if (!pace.step()) continue;
        this.#look();
        if (pace.overdue && queue.size > 0) {
          setRunning(null);
          return this.host.turn(this.#afterTurn);
        }
      }
      setRunning(null);
    } while (this.#stuck());
    this.#awake = false;
    pace.idle();
    this.#alarm.follow(this.timers);
  };

  /** Reads the clock, and fires the timers that are due. */
  #look(): void {
    const now = this.host.now();
    this.#pace.read(now);
    this.timers.fire(now);
  }

  /** Nothing is ready. If nothing ever will be, ends the threads; whether some became ready by that. */
  #stuck(): boolean {
    if (this.outside > 0 || this.timers.size > 0 || this.#roots.size === 0) return false;
    const threads = this.threads;
    if (threads.length === 0) return false;
    this.stall = Stall.of(this, threads);
    if (this.stall !== null) return false;
    if (!this.#waited && severalRun()) {
      this.host.turn(this.#lookTwice);
      return false;
    }
    if (++this.#deadlocks > 1) {
      // Its threads were killed, and wait again where no kill reaches them.
      for (const thread of threads) thread.cancelling.abandon();
      return true;
    }
    const error = deadlock(threads);
    for (const root of [...this.#roots]) root.fail(error, null);
    return true;
  }

  /** A run that was begun with this one may not have used yet what they share. */
  readonly #lookTwice = (): void => {
    if (this.#awake) return;
    this.#awake = this.#waited = true;
    this.#go();
  };

  #ring(): void {
    // If it is awake, it looks at the timers by itself.
    if (this.#awake) return;
    this.#awake = true;
    this.#afterTurn();
  }
}

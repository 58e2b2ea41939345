/**
 * A process from its start to its end: the waits for it, how it is made to end, and when nothing is left of it.
 *
 * @module
 */

import {
  type Event,
  type Scheduler,
  SUSPENDED,
  Timer,
  type Wait,
  WaitableEvent,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { belongs } from "../streams/mod.ts";
import { Input } from "./input_pipe.ts";
import { Output, type PipeOwner } from "./output_pipe.ts";
import type { CheckedCommand } from "./command_options.ts";
import type { ExitStatus, ProcessHandle } from "./processes.ts";

/** How many bytes of each pipe are kept of what a process left behind that nobody waits for. */
const LEFT_BEHIND = 1_048_576;
/** Seconds without output after which a pipe that others hold open is taken for quiet. */
const QUIET = 0.1;
/** How many times a pipe is looked at that is never quiet. */
const LOOKS = 20;

/** One process. */
export class Lifetime implements PipeOwner {
  readonly command: CheckedCommand;
  readonly handle: ProcessHandle;
  readonly stdin: Input | null;
  readonly stdout: Output | null;
  readonly stderr: Output | null;
  /** How it ended; `null` while it runs. */
  status: ExitStatus | null = null;
  readonly #scheduler: Scheduler;
  readonly #waits = new WaitList();
  readonly #kill = new Deferred(() => this.#signal("SIGKILL"));
  readonly #cut = new Deferred(() => this.#look());
  #ending = false;
  #cuts = false;
  #looks = 0;
  #counted = -1;
  #release = (): void => {};

  /** Takes over `handle`, which runs `command`, for `wait`. */
  constructor(command: CheckedCommand, handle: ProcessHandle, wait: Wait) {
    const { pid, stdin, stdout, stderr } = handle;
    const of = (what: string) => `The ${what} of ${command.spec.program} (process ${pid})`;
    this.command = command;
    this.handle = handle;
    this.#scheduler = wait.scheduler;
    this.stdin = stdin === null ? null : new Input(stdin, of("input"), this);
    this.stdout = stdout === null ? null : new Output(stdout, of("output"), this);
    this.stderr = stderr === null ? null : new Output(stderr, of("error output"), this);
    this.#release = belongs(wait, () => this.end());
    if (command.input !== null) this.stdin!.feed(command.input);
    handle.status({
      done: (status) => this.#exited(status),
      failed: (error) => wait.thread.failRun(error),
    });
  }

  /** Sends it a signal, unless it has ended. */
  kill(signal: string): void {
    if (this.status === null) this.handle.kill(signal);
  }

  /** The coroutine that it belongs to has ended, or nobody wants it any more: what waits until it is gone. */
  end(): Event<void> | undefined {
    if (!this.#ending) {
      this.#ending = true;
      this.#scheduler.clearTimer(this.#cut);
      if (this.command.spec.detached) this.#leaveAlone();
      else if (this.status === null) this.#terminate();
      else this.#closeOutputs();
    }
    return this.status === null && !this.command.spec.detached ? new GoneEvent(this) : undefined;
  }

  /** Once it has ended, waits `grace` seconds for others that hold its pipes open, and then for quiet. */
  cutAfterEnd(): void {
    this.#cuts = true;
  }

  /** Waits for its end, and results in how that was. */
  ended(): Event<ExitStatus> {
    return new StatusEvent(this);
  }

  /** `wait` waits for its end. */
  awaitEnd(wait: Wait): void {
    wait.slot = this.#waits.add(wait, undefined);
    this.#hold();
    this.waitBegan();
  }

  /** Takes `awaitEnd` back. */
  withdraw(wait: Wait): void {
    this.#waits.remove(wait.slot as Waiter);
    this.#hold();
  }

  waitBegan(): void {
    for (const output of this.#outputs) output.readOn();
  }

  /** While somebody waits for anything of it, all of its output is read; and what it left behind when it ended. */
  readsOn(kept: number): boolean {
    if (this.status !== null && kept < LEFT_BEHIND) return true;
    return this.#waits.size > 0 || this.stdin?.awaited || this.#outputs.some((output) => output.awaited);
  }

  pipeEnded(): void {
    if (this.status === null) return;
    if (this.stdin?.ended === false || this.#outputs.some(({ ended }) => !ended)) return;
    this.#scheduler.clearTimer(this.#cut);
    this.#release();
  }

  get #outputs(): Output[] {
    return [this.stdout, this.stderr].filter((output) => output !== null);
  }

  #terminate(): void {
    this.stdin?.close();
    // Dropped, not closed: what it still says must not be what ends it.
    for (const output of this.#outputs) output.abandon();
    this.#signal("SIGTERM");
    const { grace } = this.command;
    if (grace === 0) this.#signal("SIGKILL");
    else if (grace < Infinity) this.#scheduler.setTimer(this.#kill, grace);
  }

  #leaveAlone(): void {
    this.stdin?.close();
    this.#closeOutputs();
    this.#hold();
    this.#release();
  }

  /** One that was left alone keeps the program only while a thread waits for its end. */
  #hold(): void {
    if (this.#ending && this.command.spec.detached) this.handle.hold(this.#waits.size > 0);
  }

  #signal(signal: string): void {
    try {
      this.kill(signal);
    } catch {
      // The system does not allow it, as of a program that has become another user's: it ends when it wants to.
    }
  }

  #exited(status: ExitStatus): void {
    this.status = status;
    this.#scheduler.clearTimer(this.#kill);
    this.stdin?.gone();
    if (this.#ending) this.#closeOutputs();
    for (let waiter; (waiter = this.#waits.shift()) !== undefined;) waiter.wait.resume(status);
    for (const output of this.#outputs) output.readOn();
    this.pipeEnded();
    if (this.#cuts && !this.#ending && this.#outputs.some(({ ended }) => !ended)) {
      this.#lookAgain(this.command.grace);
    }
  }

  #closeOutputs(): void {
    for (const output of this.#outputs) output.close();
    this.pipeEnded();
  }

  /** Its grace is over. What it wrote itself has come when there is quiet. */
  #look(): void {
    const count = this.#outputs.reduce((sum, output) => sum + output.count, 0);
    const quiet = count === this.#counted || ++this.#looks >= LOOKS;
    this.#counted = count;
    if (!quiet) return this.#lookAgain(QUIET);
    for (const output of this.#outputs) if (!output.ended) output.cut();
  }

  #lookAgain(seconds: number): void {
    if (seconds < Infinity) this.#scheduler.setTimer(this.#cut, seconds);
  }
}

/** Calls a function when its time has come. */
class Deferred extends Timer {
  readonly #act: () => void;

  constructor(act: () => void) {
    super();
    this.#act = act;
  }

  override fire(): void {
    this.#act();
  }
}

/** Waits for the end of a process, and results in how that was. */
class StatusEvent extends WaitableEvent<ExitStatus> {
  readonly #lifetime: Lifetime;

  constructor(lifetime: Lifetime) {
    super();
    this.#lifetime = lifetime;
  }

  override perform(wait: Wait): ExitStatus | typeof SUSPENDED {
    const { status } = this.#lifetime;
    if (status !== null) return status;
    this.#lifetime.awaitEnd(wait);
    return SUSPENDED;
  }

  override withdraw(wait: Wait): void {
    this.#lifetime.withdraw(wait);
  }

  override describe(): string {
    const { command, handle } = this.#lifetime;
    return `the end of ${command.spec.program} (process ${handle.pid})`;
  }
}

/** Waits until a process that was made to end is gone. */
class GoneEvent extends WaitableEvent<void> {
  readonly #status: StatusEvent;

  constructor(lifetime: Lifetime) {
    super();
    this.#status = new StatusEvent(lifetime);
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    return this.#status.perform(wait) === SUSPENDED ? SUSPENDED : undefined;
  }

  override withdraw(wait: Wait): void {
    this.#status.withdraw(wait);
  }

  override describe(): string {
    return this.#status.describe();
  }
}

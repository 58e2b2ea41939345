/**
 * A sequential model of channels, flags and selects: what must come of each operation, one after another. Slow,
 * with plain arrays, and without any of the library's code.
 *
 * @module
 */

/** One case of an operation; an operation with one case and no `select` is a plain event. */
export type Case =
  | { kind: "send"; channel: number; value: number }
  | { kind: "receive"; channel: number; ends: boolean }
  | { kind: "flag"; flag: number }
  | { kind: "idle" };

/** What a thread does: it waits for one of its cases, and that is all. */
export interface Operation {
  readonly id: number;
  readonly cases: readonly Case[];
  readonly select: boolean;
  readonly ordered: boolean;
  /** What came of it, as `case:value`, `closed` or `killed`. */
  outcome: string | null;
  /** Whether it is waiting, as opposed to not started or over. */
  waiting: boolean;
  /** Whether what it waited for has happened, and its thread has not run since. */
  ready: boolean;
}

interface Place {
  operation: Operation;
  index: number;
}

interface ChannelState {
  readonly capacity: number;
  readonly buffer: number[];
  senders: Place[];
  receivers: Place[];
  closed: boolean;
}

/** The channels and flags that the operations are about. */
export class ExchangeModel {
  readonly channels: ChannelState[];
  readonly flags: { isSet: boolean; waiters: Place[] }[];

  constructor(capacities: number[], flags: number) {
    this.channels = capacities.map((capacity) => ({
      capacity,
      buffer: [],
      senders: [],
      receivers: [],
      closed: false,
    }));
    this.flags = Array.from({ length: flags }, () => ({ isSet: false, waiters: [] }));
  }

  /** Performs `operation`; of several cases that are ready, the one that `actual` says was taken. */
  perform(operation: Operation, actual: string | undefined): void {
    const ready = operation.cases.map((_, index) => index).filter((index) => this.#isReady(operation, index));
    if (ready.length === 0) {
      const idle = operation.cases.findIndex((each) => each.kind === "idle");
      if (idle >= 0) return this.#end({ operation, index: idle }, `${idle}:undefined`);
      operation.waiting = true;
      operation.cases.forEach((_, index) => this.#line(operation, index).push({ operation, index }));
      return;
    }
    const outcomes = ready.map((index) => ({ index, outcome: this.#outcome(operation, index) }));
    const first = operation.ordered || !operation.select
      ? outcomes[0]
      : outcomes.find((each) => each.outcome === actual);
    if (first === undefined) {
      throw new Error(
        `#${operation.id} came to ${actual}, and could: ${outcomes.map((each) => each.outcome)}`,
      );
    }
    this.#take(operation, first.index, first.outcome);
  }

  trySend(channel: number, value: number): boolean | "closed" {
    const state = this.channels[channel]!;
    if (state.closed) return "closed";
    const receiver = state.receivers[0];
    if (receiver !== undefined) this.#end(receiver, `${receiver.index}:${value}`);
    else if (state.buffer.length < state.capacity) state.buffer.push(value);
    else return false;
    return true;
  }

  tryReceive(channel: number): number | undefined | "closed" {
    const state = this.channels[channel]!;
    if (state.buffer.length === 0 && state.senders.length === 0) return state.closed ? "closed" : undefined;
    return this.#receive(state, state.senders[0]);
  }

  close(channel: number): void {
    const state = this.channels[channel]!;
    if (state.closed) return;
    state.closed = true;
    while (state.senders.length > 0) this.#end(state.senders[0]!, "closed");
    while (state.receivers.length > 0) {
      const place = state.receivers[0]!;
      const { ends } = place.operation.cases[place.index] as { ends: boolean };
      this.#end(place, ends ? `${place.index}:end` : "closed");
    }
  }

  set(flag: number): void {
    const state = this.flags[flag]!;
    state.isSet = true;
    while (state.waiters.length > 0) {
      const place = state.waiters[0]!;
      this.#end(place, `${place.index}:undefined`);
    }
  }

  clear(flag: number): void {
    this.flags[flag]!.isSet = false;
  }

  /** Kills the thread of `operation`, which has not ended. */
  kill(operation: Operation): void {
    // What has happened is let through, unless it handed nothing over.
    if (operation.ready && (operation.select || operation.cases[0]!.kind !== "flag")) return;
    this.#leave(operation);
    operation.outcome = "killed";
  }

  #isReady(operation: Operation, index: number): boolean {
    const each = operation.cases[index]!;
    if (each.kind === "idle") return false;
    if (each.kind === "flag") return this.flags[each.flag]!.isSet;
    const state = this.channels[each.channel]!;
    if (state.closed) return true;
    if (each.kind === "send") return state.receivers.length > 0 || state.buffer.length < state.capacity;
    return state.buffer.length > 0 || state.senders.length > 0;
  }

  /** What would come of taking a case that is ready. */
  #outcome(operation: Operation, index: number): string {
    const each = operation.cases[index]!;
    if (each.kind === "send") return this.channels[each.channel]!.closed ? "closed" : `${index}:undefined`;
    if (each.kind !== "receive") return `${index}:undefined`;
    const { buffer, senders } = this.channels[each.channel]!;
    if (buffer.length > 0) return `${index}:${buffer[0]}`;
    if (senders.length > 0) return `${index}:${valueOf(senders[0]!)}`;
    return each.ends ? `${index}:end` : "closed";
  }

  #take(operation: Operation, index: number, outcome: string): void {
    const each = operation.cases[index]!;
    if (outcome !== "closed" && each.kind === "send") this.trySend(each.channel, each.value);
    if (outcome !== "closed" && each.kind === "receive" && !outcome.endsWith(":end")) {
      this.tryReceive(each.channel);
    }
    operation.outcome = outcome;
  }

  #receive(state: ChannelState, sender: Place | undefined): number {
    const value = state.buffer.length > 0 ? state.buffer.shift()! : valueOf(sender!);
    if (sender !== undefined) {
      if (state.capacity > 0) state.buffer.push(valueOf(sender));
      this.#end(sender, `${sender.index}:undefined`);
    }
    return value;
  }

  #end({ operation }: Place, outcome: string): void {
    this.#leave(operation);
    operation.outcome = outcome;
    operation.ready = true;
  }

  #leave(operation: Operation): void {
    operation.waiting = false;
    const others = (place: Place) => place.operation !== operation;
    for (const state of this.channels) {
      state.senders = state.senders.filter(others);
      state.receivers = state.receivers.filter(others);
    }
    for (const state of this.flags) state.waiters = state.waiters.filter(others);
  }

  #line(operation: Operation, index: number): Place[] {
    const each = operation.cases[index]!;
    if (each.kind === "flag") return this.flags[each.flag]!.waiters;
    if (each.kind === "idle") return [];
    const state = this.channels[each.channel]!;
    return each.kind === "send" ? state.senders : state.receivers;
  }
}

function valueOf({ operation, index }: Place): number {
  return (operation.cases[index] as { value: number }).value;
}

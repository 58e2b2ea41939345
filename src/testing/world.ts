/**
 * A simulated world: hosts, links between them, faults, and a history, all on one clock and under one seed.
 *
 * @module
 */

import type { Coroutine } from "../core/mod.ts";
import type { Engine } from "./engine.ts";
import type { FaultCounts } from "./faults/fault_kinds.ts";
import type { History } from "./history/history.ts";
import type { Check } from "./invariants.ts";
import type { LinkOptions } from "./network/link.ts";
import type { HostState } from "./simulated_host.ts";
import type { PlannedFault } from "./faults/plan.ts";

/** A host's program: a function, called at each start; or one coroutine, for a host that is never restarted. */
export type HostProgram = Coroutine<unknown> | (() => Coroutine<unknown>);

/**
 * The world of one simulation, as its program sees it. Faults are verbs; each happens at once. (Verbs and names
 * follow turmoil, of Rust.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await simulate(function* (world) {
 *   world.host("db", () =>
 *     bluelet.server("", 5432, function* (conn) {
 *       yield* conn.sendall("hello\n");
 *     }));
 *   world.refuse("main", "db");
 *   const codes: string[] = [];
 *   for (let i = 0; i < 2; i++) {
 *     try {
 *       using _conn = yield* bluelet.connect("db", 5432);
 *       codes.push("connected");
 *     } catch (error) {
 *       codes.push((error as bluelet.SocketError).code);
 *     }
 *   }
 *   assertEquals(codes, ["ECONNREFUSED", "connected"]);
 *   assertEquals(world.injected.refuse, 1);
 * });
 * ```
 */
export class World {
  readonly #engine: Engine;

  /** @ignore Worlds are made by `simulate`. */
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The seed that everything is drawn from. */
  get seed(): number {
    return this.#engine.seed;
  }

  /** Virtual seconds since the world began. */
  get now(): number {
    return this.#engine.loop.now;
  }

  /** A random number from 0 and less than 1, drawn from the seed. */
  random(): number {
    return this.#engine.random.next();
  }

  /** What has happened. */
  get history(): History {
    return this.#engine.journal.history;
  }

  /** How many faults of each kind were injected: those that changed something. */
  get injected(): Readonly<FaultCounts> {
    return this.#engine.faults.injected;
  }

  /**
   * How often programs came to feel each kind: bytes held up by a partition, connections reset, connects
   * refused, reads that had to wait.
   */
  get felt(): Readonly<FaultCounts> {
    return this.#engine.faults.felt;
  }

  /** The faults that were drawn from the seed or planned, as far as they have happened. */
  get plan(): readonly PlannedFault[] {
    return this.#engine.faults.happened;
  }

  /** Starts `program` on a host of its own, which others reach by `name`. An error that ends it ends the world. */
  host(name: string, program: HostProgram): void {
    this.#engine.addHost(name, program);
  }

  /** What the program of the host called `name` is doing. */
  state(name: string): HostState {
    return this.#engine.machine(name).state;
  }

  /** Sets how bytes travel between two hosts, both ways; `"*"` stands for every host. */
  link(a: string, b: string, options: LinkOptions): void {
    this.#engine.setLinks(a, b, options);
  }

  /**
   * Cuts two hosts off from each other: nothing gets through until `repair`, connects time out, and
   * connections break when they have waited long enough. With `oneWay`, only from `a` to `b`. `"*"` stands for
   * every other host.
   */
  partition(a: string, b: string, options: { oneWay?: boolean } = {}): void {
    this.#engine.faults.partition(a, b, options.oneWay ?? false);
  }

  /** Ends partitions: between two hosts, of one from all, or, without names, all of them. */
  repair(a = "*", b = "*"): void {
    this.#engine.faults.repair(a, b);
  }

  /** Holds back everything between two hosts until `release`; nothing times out meanwhile. */
  hold(a: string, b: string): void {
    this.#engine.faults.hold(a, b);
  }

  /** Lets through what was held back. */
  release(a = "*", b = "*"): void {
    this.#engine.faults.release(a, b);
  }

  /** Breaks every connection between two hosts: both ends see `ECONNRESET`. */
  reset(a: string, b: string): void {
    this.#engine.faults.reset(a, b);
  }

  /** Refuses the next connects from `a` to `b`, so many of them: `ECONNREFUSED`. */
  refuse(a: string, b: string, times = 1): void {
    this.#engine.faults.refuse(a, b, times);
  }

  /** Lets the next connects from `a` to `b` go unanswered, so many of them: `ETIMEDOUT`. */
  timeOut(a: string, b: string, times = 1): void {
    this.#engine.faults.timeOut(a, b, times);
  }

  /** Ends a host's threads where they stand, without clean-up, and resets its connections. */
  crash(name: string): void {
    this.#engine.faults.crash(name);
  }

  /** Starts a host's program again, after crashing it if it still runs. */
  restart(name: string): void {
    this.#engine.faults.restart(name);
  }

  /** Lets a host read nothing any more, until `recover`: its peers find that their writes wait. */
  stall(name: string): void {
    this.#engine.faults.stall(name);
  }

  /** Lets a host read only so many bytes a second from each connection, until `recover`. */
  slow(name: string, bytesPerSecond: number): void {
    this.#engine.faults.slow(name, bytesPerSecond);
  }

  /** Lets a stalled or slow host read as ever. */
  recover(name: string): void {
    this.#engine.faults.recover(name);
  }

  /** Checks after every step that `check` does not return `false`, or throw. */
  always(check: Check, name = check.name || "An invariant"): void {
    this.#engine.invariants.always(check, name);
  }

  /** Checks that `check` comes true within so many virtual seconds; the world goes on until then. */
  eventually(check: Check, within: number, name = check.name || "What was hoped for"): void {
    this.#engine.invariants.eventually(check, within, name);
  }

  /** Writes a line into the history. */
  note(text: string): void {
    this.#engine.note(text);
  }
}

/** What a simulation may begin with: its main coroutine, or a function that builds the world and returns it. */
export type Program<T> = Coroutine<T> | ((world: World) => Coroutine<T>);

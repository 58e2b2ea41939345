/**
 * A simulated host: a name on the network, and a program that runs there, in one incarnation after another.
 *
 * @module
 */

import type { Coroutine } from "../core/mod.ts";
import type { Incarnation } from "./incarnation.ts";
import type { SimulatedNetwork } from "./network/simulated_network.ts";

/** What a host's program is doing. */
export type HostState = "new" | "running" | "ended" | "crashed";

/** A host, through all its incarnations. */
export class SimulatedHost {
  readonly name: string;
  /** Makes the coroutine that each incarnation runs. */
  readonly program: () => Coroutine<unknown>;
  /** Whether it runs the simulation's own coroutine: when that ends, the world ends. */
  readonly isMain: boolean;
  /** The latest incarnation; `null` before the first. */
  incarnation: Incarnation | null = null;
  state: HostState = "new";
  /** How many bytes a second it reads from each connection. */
  pace = Infinity;

  constructor(name: string, program: () => Coroutine<unknown>, isMain: boolean) {
    this.name = name;
    this.program = program;
    this.isMain = isMain;
  }

  /** Ends its incarnation at once, without clean-up. */
  crash(): void {
    this.state = "crashed";
    this.incarnation?.crash();
  }

  /** Its network; `null` while no program runs. */
  get network(): SimulatedNetwork | null {
    return this.incarnation?.alive ? this.incarnation.network : null;
  }
}

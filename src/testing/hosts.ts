/**
 * The hosts of one world, by name, and how they are booted.
 *
 * @module
 */

import type { Coroutine } from "../core/mod.ts";
import { functionName } from "../core/internal.ts";
import { isCoroutine } from "../core/mod.ts";
import type { FaultCounts } from "./faults/fault_kinds.ts";
import { Incarnation, type IncarnationContext } from "./incarnation.ts";
import type { Loop } from "./loop.ts";
import type { HostView } from "./network/host_view.ts";
import type { Links } from "./network/links.ts";
import { SimulatedNetwork } from "./network/simulated_network.ts";
import { SimulatedHost } from "./simulated_host.ts";

/** The name of the host that runs the simulation's own coroutine. */
const MAIN = "main";

/** A host's program: a function, called at each start; or one coroutine, for a host that is never restarted. */
export type HostProgram = Coroutine<unknown> | (() => Coroutine<unknown>);

/** What the hosts of a world have in common. */
export interface HostsContext extends IncarnationContext {
  readonly loop: Loop;
  readonly links: Links;
  readonly felt: FaultCounts;
  /** After how many seconds a connect fails that nobody has answered. */
  readonly connectTimeout: number;
  /** Called when the program of `host` and all its threads have ended, with their errors. */
  readonly onEnd: (host: SimulatedHost, errors: readonly unknown[]) => void;
}

/** Every host of one world. */
export class Hosts {
  readonly #context: HostsContext;
  readonly #hosts = new Map<string, SimulatedHost>();

  constructor(context: HostsContext) {
    this.#context = context;
  }

  /** Every host, in the order in which they were added. */
  get all(): readonly SimulatedHost[] {
    return [...this.#hosts.values()];
  }

  /** The host called `name`; throws if there is none. */
  get(name: string): SimulatedHost {
    const host = this.#hosts.get(name);
    if (host !== undefined) return host;
    throw new TypeError(
      `There is no host called "${name}" in this world: ${[...this.#hosts.keys()].join(", ")}.`,
    );
  }

  /** Whether any host has threads. */
  get anyAlive(): boolean {
    for (const { network } of this.#hosts.values()) if (network !== null) return true;
    return false;
  }

  /** Adds the main host, which is booted later. */
  addMain(program: () => Coroutine<unknown>): SimulatedHost {
    const host = new SimulatedHost(MAIN, program, true);
    this.#hosts.set(MAIN, host);
    return host;
  }

  /** Adds a host, and boots it. */
  add(name: string, program: HostProgram): void {
    if (typeof name !== "string" || name === "" || name === "*") {
      throw new TypeError(`A host needs a name, other than "*"; got ${JSON.stringify(name)}.`);
    }
    if (this.#hosts.has(name)) throw new TypeError(`There is a host called "${name}" already.`);
    const host = new SimulatedHost(
      name,
      typeof program === "function" ? program : once(name, program),
      false,
    );
    this.#hosts.set(name, host);
    this.boot(host);
  }

  /** Starts a host's program, in a new incarnation. */
  boot(host: SimulatedHost): void {
    const coroutine = host.program();
    if (!isCoroutine(coroutine)) {
      throw new TypeError(`The program of host "${host.name}" is no generator function: write function*.`);
    }
    const view = this.#viewOf(host);
    const network = new SimulatedNetwork(view, (name) => this.#hosts.get(name)?.network);
    host.incarnation = new Incarnation(view, network, this.#context, (errors) => {
      host.state = "ended";
      this.#context.onEnd(host, errors);
    });
    host.state = "running";
    host.incarnation.start(coroutine, functionName(coroutine) || host.name);
  }

  /** Kills every thread, so that each can clean up. */
  killAll(reason: string): void {
    for (const { incarnation } of this.#hosts.values()) {
      if (!incarnation?.alive) continue;
      for (const thread of incarnation.scheduler.threads) thread.kill(reason);
    }
  }

  /** The threads of every host, a line each. */
  dump(): string {
    const dumps: string[] = [];
    for (const { name, incarnation } of this.#hosts.values()) {
      if (incarnation?.alive) dumps.push(`host "${name}":\n${incarnation.scheduler.dump()}`);
    }
    return dumps.join("\n");
  }

  #viewOf(host: SimulatedHost): HostView {
    const { name } = host;
    const { loop, journal, links, felt, connectTimeout } = this.#context;
    return {
      name,
      loop,
      felt,
      connectTimeout,
      get pace() {
        return host.pace;
      },
      linkTo: (other) => links.between(name, other),
      linkFrom: (other) => links.between(other, name),
      record: (kind, text, message) => journal.record(kind, name, text, message),
      nextMessage: () => ++journal.messages,
    };
  }
}

/** Makes a function of a coroutine, which throws when it is called again. */
function once(name: string, coroutine: Coroutine<unknown>): () => Coroutine<unknown> {
  let started = false;
  return () => {
    if (started) {
      throw new TypeError(
        `Host "${name}" was given a coroutine, which runs once: give it a function*, to restart it.`,
      );
    }
    started = true;
    return coroutine;
  };
}

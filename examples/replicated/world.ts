/**
 * The store in a simulated world: three replicas, and two clients that each write a key and read it again.
 * What must hold: a read sees the last write that was acknowledged.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import type { World } from "../../src/testing/mod.ts";
import { type Answer, ask, type Disk, isOutage, PORT, replica } from "./replica.ts";

const NAMES = ["a", "b", "c"];
const WRITES = 6;

/** The simulation, with one kind of replica or the other. */
function* storeWorld(world: World, careless: boolean): bluelet.Coroutine {
  for (const name of NAMES) {
    const disk: Disk = new Map(); // outlives its host
    const others = NAMES.filter((other) => other !== name).map((other): [string, number] => [other, PORT]);
    world.host(name, () => replica({ name, address: ["", PORT], others, disk, careless }));
  }
  yield* bluelet.all([client(world, "x"), client(world, "y")]);
}

/** Writes 1, 2, 3, ... to `key`, each by way of some replica, and now and then reads it by way of another. */
function* client(world: World, key: string): bluelet.Coroutine {
  const any = () => NAMES[Math.floor(world.random() * NAMES.length)]!;
  for (let count = 1; count <= WRITES; count++) {
    yield* persist(any(), { do: "put", key, value: String(count) });
    world.note(`${key} = ${count} is acknowledged`);
    if (world.random() < 0.5) continue;
    const { stored } = yield* persist(any(), { do: "get", key });
    if (stored!.value !== String(count)) {
      throw new Error(`${key} = ${count} was acknowledged, and then read as ${stored!.value}`);
    }
  }
}

/** Asks one replica until it says that a majority took part. */
function* persist(name: string, request: Parameters<typeof ask>[2]): bluelet.Coroutine<Answer> {
  for (;;) {
    try {
      const answer = yield* bluelet.timeout(1, ask(name, PORT, request));
      if (answer.ok) return answer;
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
    yield* bluelet.sleep(0.05);
  }
}

/** The store as it was first written. */
export function carelessStore(world: World): bluelet.Coroutine {
  return storeWorld(world, true);
}

/** The store with its mistake mended. */
export function carefulStore(world: World): bluelet.Coroutine {
  return storeWorld(world, false);
}

/** Now and then, two replicas cannot reach each other for a while. */
export const PARTITIONS = { partition: 1, lasting: [0.2, 2] as const, among: NAMES };

/**
 * Datagrams: how many 64-byte ones a second a receive loop takes, of more than it can take.
 *
 * @module
 */

import type { Effort, Measure } from "../measure.ts";
import { compileC, output } from "../programs.ts";
import { LOAD_CORE, onCore } from "./cores.ts";
import { inC, type Load, onDeno, onNode, Served } from "./served.ts";

const SIZE = 64;

const flood: Load = async (port, seconds) => {
  const args = [port, seconds, SIZE].map(String);
  const [client, ...rest] = await onCore(LOAD_CORE, await compileC("net/flood.c"), args);
  const [received = NaN, taken = NaN] = (await output(client, rest)).split(" ").map(Number);
  return received / taken;
};

class Datagrams extends Served {
  override async open(effort: Effort): Promise<void> {
    await compileC("net/flood.c");
    await super.open(effort);
  }
}

/** Datagrams received, while another process sends as many as it can. */
export const datagrams: Measure = {
  name: "datagrams",
  title: "Datagrams, in a flood",
  unit: "per second",
  per: `${SIZE}-byte datagrams received a second`,
  reference: "node:dgram under Deno",
  contenders: [
    new Datagrams("Bluelet", onDeno("bluelet_datagrams.ts"), flood),
    new Datagrams("node:dgram under Deno", onDeno("node_datagrams.mjs"), flood),
    new Datagrams("node:dgram under Node", onNode("node_datagrams.mjs"), flood),
    new Datagrams("C, recvfrom", inC("datagrams.c"), flood),
  ],
  goals: [{ ours: "Bluelet", than: "node:dgram under Deno", atLeast: 0.9 }],
};

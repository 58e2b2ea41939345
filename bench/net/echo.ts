/**
 * Echo: how many 64-byte round trips a second a server answers, over 1, 100 and 1,000 connections.
 *
 * @module
 */

import { type Contender, type Effort, type Measure, Skipped } from "../measure.ts";
import { compileC, output } from "../programs.ts";
import { LOAD_CORE, onCore, SERVER_CORE } from "./cores.ts";
import { inC, inGo, inPython, type Load, onDeno, onNode, Served } from "./served.ts";

const SIZE = 64;

function load(connections: number): Load {
  return async (port, seconds) => {
    const args = [port, connections, seconds, SIZE].map(String);
    const core = connections === 1 ? SERVER_CORE : LOAD_CORE;
    const [client, ...rest] = await onCore(core, await compileC("net/client.c"), args);
    const printed = await output(client, rest);
    const [trips = NaN, taken = NaN] = printed.split(" ").map(Number);
    return trips / taken;
  };
}

/** A server that needs the load's compiler too: without it there is nothing to measure. */
class Echo extends Served {
  override async open(effort: Effort): Promise<void> {
    await compileC("net/client.c");
    await super.open(effort);
  }
}

/** A contender that is left out, and why. */
function leftOut(name: string, why: string): Contender {
  return {
    name,
    open: () => Promise.reject(new Skipped(why)),
    sample: () => Promise.resolve(NaN),
    close: nothing,
  };
}

const nothing = () => Promise.resolve();

function echo(connections: number): Measure {
  const over = load(connections);
  const original = "Python's Bluelet";
  return {
    name: `echo-${connections}`,
    title: connections === 1
      ? "Echo, 1 connection"
      : `Echo, ${connections.toLocaleString("en-US")} connections`,
    unit: "per second",
    per: `${SIZE}-byte round trips answered a second`,
    reference: "Deno, raw async loop",
    contenders: [
      new Echo("Bluelet", onDeno("bluelet_echo.ts"), over),
      new Echo("Deno, raw async loop", onDeno("deno_echo.ts"), over),
      new Echo("Deno, bare trampoline", onDeno("trampoline_echo.ts"), over),
      new Echo("node:net under Deno", onDeno("node_echo.mjs"), over),
      new Echo("node:net under Node", onNode("node_echo.mjs"), over),
      new Echo("C, epoll", inC("epoll_echo.c"), over),
      new Echo("Go, one core", inGo("echo.go"), over),
      new Echo("gevent", inPython("gevent_echo.py", "gevent"), over),
      connections > 500
        ? leftOut(original, "its select() ends at 1,024 sockets")
        : new Echo(original, inPython("original_echo.py", "the original bluelet"), over),
    ],
    goals: [
      { ours: "Bluelet", than: "Deno, raw async loop", atLeast: 0.97 },
      { ours: "Bluelet", than: "C, epoll", atLeast: 0.65 },
    ],
  };
}

export const echoes: readonly Measure[] = [1, 100, 1_000].map(echo);

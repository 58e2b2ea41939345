/**
 * HTTP: how many requests for a hello a second a server answers, over 50 connections that stay open.
 *
 * @module
 */

import type { Effort, Measure } from "../measure.ts";
import { command, output } from "../programs.ts";
import { LOAD_CORE, onCore } from "./cores.ts";
import { inGo, onDeno, onNode, Served } from "./served.ts";

const CONNECTIONS = 50;
const HELLO = "Hello, world!\n";

/** wrk counts seconds in whole numbers, and says nothing about errors where there were none. */
async function load(port: number, seconds: number): Promise<number> {
  const url = `http://127.0.0.1:${port}/`;
  const reply = await fetch(url);
  const body = await reply.text();
  if (reply.status !== 200 || body !== HELLO) throw new Error(`${url} answered ${reply.status}: ${body}`);

  const duration = `-d${Math.max(1, Math.round(seconds))}s`;
  const args = ["-t1", `-c${CONNECTIONS}`, duration, url];
  const [wrk, ...rest] = await onCore(LOAD_CORE, await command("wrk"), args);
  const printed = await output(wrk, rest);
  if (/Non-2xx|Socket errors/.test(printed)) throw new Error(`wrk met errors:\n${printed}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]);
}

class Http extends Served {
  override async open(effort: Effort): Promise<void> {
    await command("wrk");
    await super.open(effort);
  }
}

/** A hello from every server. */
export const hello: Measure = {
  name: "http",
  title: `HTTP hello, ${CONNECTIONS} connections`,
  unit: "per second",
  per: "requests answered a second",
  reference: "Deno.serve",
  contenders: [
    new Http("Bluelet, fixed response", onDeno("bluelet_http.ts"), load),
    new Http("Deno, raw, fixed response", onDeno("deno_http.ts"), load),
    new Http("Deno.serve", onDeno("deno_serve.ts"), load),
    new Http("node:http under Node", onNode("node_http.mjs"), load),
    new Http("Go net/http, one core", inGo("http.go"), load),
  ],
  goals: [{ ours: "Bluelet, fixed response", than: "node:http under Node", atLeast: 1.3 }],
};

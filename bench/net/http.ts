/**
 * HTTP: how many requests a second a server answers, over 50 connections that stay open: for a
 * hello in its memory, and for a small file.
 *
 * @module
 */

import type { Effort, Measure } from "../measure.ts";
import { command, output, pathOf } from "../programs.ts";
import { LOAD_CORE, onCore } from "./cores.ts";
import { inGo, type Load, onDeno, onNode, Served, SITE } from "./served.ts";

const CONNECTIONS = 50;
const HELLO = "Hello, world!\n";

/** Asks for `path`, over and over. wrk counts whole seconds, and says nothing about errors where there were none. */
function load(path: string): Load {
  return async (port, seconds) => {
    const url = `http://127.0.0.1:${port}${path}`;
    const reply = await fetch(url);
    const body = await reply.text();
    if (reply.status !== 200 || body !== HELLO) throw new Error(`${url} answered ${reply.status}: ${body}`);

    const duration = `-d${Math.max(1, Math.round(seconds))}s`;
    const args = ["-t1", `-c${CONNECTIONS}`, duration, url];
    const [wrk, ...rest] = await onCore(LOAD_CORE, await command("wrk"), args);
    const printed = await output(wrk, rest);
    if (/Non-2xx|Socket errors/.test(printed)) throw new Error(`wrk met errors:\n${printed}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]);
  };
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
    new Http("Bluelet, fixed response", onDeno("bluelet_http.ts"), load("/")),
    new Http("Deno, raw, fixed response", onDeno("deno_http.ts"), load("/")),
    new Http("Deno.serve", onDeno("deno_serve.ts"), load("/")),
    new Http("node:http under Node", onNode("node_http.mjs"), load("/")),
    new Http("Go net/http, one core", inGo("http.go"), load("/")),
  ],
  goals: [{ ours: "Bluelet, fixed response", than: "node:http under Node", atLeast: 1.3 }],
};

const EXAMPLE = "../../../examples/httpd.ts";
const file = load("/hello.txt");

/**
 * A small file from every server. Ours is the example, with all that it does; it keeps small files in memory and
 * compares them with the disk twice a second, so that its peer is the server that has the bytes in memory too.
 */
export const files: Measure = {
  name: "httpd",
  title: `HTTP, a small file, ${CONNECTIONS} connections`,
  unit: "per second",
  per: "requests answered a second",
  reference: "Deno.serve, file.readable",
  contenders: [
    new Http("Bluelet, examples/httpd.ts", onDeno(EXAMPLE, pathOf(SITE), "--port", "0", "--quiet"), file),
    new Http("node:http, from memory", onNode("node_http.mjs"), file),
    new Http("node:http, readFile", onNode("node_files.mjs"), file),
    new Http("Deno.serve, file.readable", onDeno("deno_files.ts"), file),
  ],
  goals: [{ ours: "Bluelet, examples/httpd.ts", than: "node:http, from memory", atLeast: 1.3 }],
};

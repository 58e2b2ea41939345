/**
 * Echo over TLS: how many 64-byte round trips a second a server answers, over 100 connections.
 *
 * @module
 */

import type { Effort, Measure } from "../measure.ts";
import { compileC, output, pathOf } from "../programs.ts";
import { LOAD_CORE, onCore } from "./cores.ts";
import { type Load, onNode, Served, type Server } from "./served.ts";

const SIZE = 64, CONNECTIONS = 100;
const LIBRARIES = ["-lssl", "-lcrypto"];

const load: Load = async (port, seconds) => {
  const args = [port, CONNECTIONS, seconds, SIZE].map(String);
  const [client, ...rest] = await onCore(LOAD_CORE, await compileC("net/tls_client.c", LIBRARIES), args);
  const [trips = NaN, taken = NaN] = (await output(client, rest)).split(" ").map(Number);
  return trips / taken;
};

/** With all permissions: the servers make their certificate by openssl. */
function onDenoWithAll(file: string): Server {
  const args = ["run", "-A", pathOf(`net/servers/${file}`)];
  return () => Promise.resolve({ command: Deno.execPath(), args });
}

/** A server that needs the load's compiler, with OpenSSL's headers: without them there is nothing to measure. */
class OverTls extends Served {
  override async open(effort: Effort): Promise<void> {
    await compileC("net/tls_client.c", LIBRARIES);
    await super.open(effort);
  }
}

/** Round trips over TLS. A handshake is not part of them. */
export const tls: Measure = {
  name: "tls-100",
  title: "Echo over TLS, 100 connections",
  unit: "per second",
  per: `${SIZE}-byte round trips answered a second`,
  reference: "node:tls under Deno",
  contenders: [
    new OverTls("Bluelet", onDenoWithAll("bluelet_tls.ts"), load),
    new OverTls("node:tls under Deno", onDenoWithAll("node_tls.mjs"), load),
    new OverTls("Deno.listenTls, raw loop", onDenoWithAll("deno_tls.ts"), load),
    new OverTls("node:tls under Node", onNode("node_tls.mjs"), load),
  ],
  goals: [{ ours: "Bluelet", than: "node:tls under Deno", atLeast: 0.95 }],
};

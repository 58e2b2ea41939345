/**
 * A server for `demo.test`, so that the resolver has somebody to ask where there is no network.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { NXDOMAIN, type Question, readQuestion, replyTo, SERVFAIL } from "./message.ts";

const A = 1;
/** Seconds for which its answers may be kept. */
const LIFETIME = 30;

/** The names that it knows. */
const ADDRESSES = new Map([
  ["demo.test", [192, 0, 2, 1]],
  ["www.demo.test", [192, 0, 2, 2]],
  ["slow.demo.test", [192, 0, 2, 3]], // takes a while
  ["lossy.demo.test", [192, 0, 2, 4]], // has to be asked twice
]);

/** Answers what comes to `socket`, until it is killed. */
export function* demonstration(socket: bluelet.DatagramSocket): bluelet.Coroutine<void> {
  let lost = false;
  for (;;) {
    const { data, addr } = yield* socket.receive();
    const question = readQuestion(data);
    if (question === null) continue;
    const name = nameOf(question);
    if (name === "lossy.demo.test" && (lost = !lost)) continue;
    yield* bluelet.spawn(function* demonstrate() {
      if (name === "slow.demo.test") yield* bluelet.sleep(0.3);
      yield* socket.send(reply(question, name), addr.hostname, addr.port);
    });
  }
}

function reply(question: Question, name: string): Uint8Array {
  const address = ADDRESSES.get(name);
  if (address === undefined || question.bytes.at(-3) !== A) {
    return replyTo(question, name.endsWith("demo.test") ? NXDOMAIN : SERVFAIL);
  }
  // The name of the question (which stands at 12), type, class, time to live, length, address.
  const record = [0xc0, 12, 0, A, 0, 1, 0, 0, 0, LIFETIME, 0, 4, ...address];
  const head = [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
  const bytes = new Uint8Array([...head, ...question.bytes, ...record]);
  return replyTo(question, { bytes, rcode: 0, truncated: false, ttls: [], lifetime: LIFETIME });
}

function nameOf({ bytes }: Question): string {
  const labels: string[] = [];
  for (let at = 0; bytes[at]! > 0; at += bytes[at]! + 1) {
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + bytes[at]!)));
  }
  return labels.join(".").toLowerCase();
}

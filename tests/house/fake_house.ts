/**
 * A tiny house that keeps every wall: a file or two in each room. A test writes it into a folder of its own, with
 * one thing changed.
 *
 * @module
 */

/** What to do to files of the house, by path: another text, or `null` to leave the file out. */
export type Changes = Record<string, string | null | ((text: string) => string)>;

/** Adds lines at the end of a file. */
export function plus(...lines: string[]): (text: string) => string {
  return (text) => text + lines.map((line) => `${line}\n`).join("");
}

/** Writes the house with these changes into a new folder, and returns its address. */
export function build(changes: Changes): URL {
  const root = new URL(`file://${Deno.realPathSync(Deno.makeTempDirSync({ prefix: "house" }))}/`);
  for (const path of new Set([...Object.keys(SOUND), ...Object.keys(changes)])) {
    const change = changes[path];
    if (change === null) continue;
    const text = typeof change === "function" ? change(SOUND[path] ?? "") : change ?? SOUND[path]!;
    const file = new URL(path, root);
    Deno.mkdirSync(new URL(".", file), { recursive: true });
    Deno.writeTextFileSync(file, text);
  }
  return root;
}

/** The files of the house as it should be. */
const SOUND: Record<string, string> = {
  "deno.json": `{
  "name": "@x/house",
  "version": "1.0.0",
  "exports": {
    ".": "./mod.ts",
    "./testing": "./src/testing/mod.ts",
    "./http": "./src/http/mod.ts"
  }
}
`,
  "README.md": `# House

## A minute's tour

- **Threads**: \`sleep\` \`Event\`
- **Network**: \`connect\`, over TCP;
  \`denoHost\` is the host

## Others

- **Not a name**: \`deno task ok\`
`,
  "mod.ts": `/**
 * What a program imports on Deno.
 *
 * @module
 */

// Threads.
export { Event, sleep } from "./src/core/mod.ts";
export type { Wait } from "./src/core/mod.ts";
// Network.
export { connect } from "./src/net/mod.ts";
export { denoHost } from "./src/deno/mod.ts";
`,
  "node.ts": `/**
 * What a program imports on Node.
 *
 * @module
 */

export { Event, sleep } from "./src/core/mod.ts";
export { nodeHost } from "./src/node/mod.ts";
`,
  // The kernel: two files that name each other's types.
  "src/core/event.ts": `/** What a thread yields. A wait ends when setTimeout() or Deno.serve() says so. */
import type { Wait } from "./wait.ts";
export abstract class Event {
  abstract perform(wait: Wait): void;
}
export const isEvent = (value: unknown) => value instanceof Event;
`,
  "src/core/wait.ts": `/** What an event may know of the thread that waits. */
import type { Event } from "./event.ts";
export interface Wait {
  event?: Event;
  thread: Thread;
}
export interface Thread {
  performance: number;
}
`,
  "src/core/events/sleep.ts": `/** Sleeping. */
import { Event } from "../event.ts";
import type { Wait } from "../wait.ts";
export class SleepEvent extends Event {
  override perform(_wait: Wait): void {}
}
export const sleep = () => new SleepEvent();
`,
  // The wing of events: one may know another.
  "src/core/events/nap.ts": `/** Short sleeps. */
import { SleepEvent } from "./sleep.ts";
export const isNap = (value: unknown) => value instanceof SleepEvent;
`,
  "src/core/mod.ts": `/** The core's public names. */
export { Event } from "./event.ts";
export type { Wait } from "./wait.ts";
export { sleep } from "./events/sleep.ts";
`,
  "src/core/internal.ts": `/** What core keeps for the other rooms. */
export { isEvent } from "./event.ts";
`,
  "src/sync/flag.ts": `/** A flag, on core's public names. */
import { sleep } from "../core/mod.ts";
export const flag = () => sleep();
`,
  "src/sync/mod.ts": `/** The room sync. */
export { flag } from "./flag.ts";
`,
  "src/streams/mod.ts": `/** The room streams. */
import { isEvent } from "../core/internal.ts";
import { flag } from "../sync/mod.ts";
export const inbox = () => isEvent(flag());
`,
  "src/net/connect.ts": `/** Connects. A date is a type here: it tells no time. */
import { inbox } from "../streams/mod.ts";
export const connect = (until?: Date) => until instanceof Date || inbox();
`,
  "src/net/mod.ts": `/** The room net. */
export { connect } from "./connect.ts";
`,
  "src/files/mod.ts": `/** The room files. */
export const open = () => "Deno.open, setTimeout()";
`,
  "src/http/mod.ts": `/**
 * The room http, which may use net.
 *
 * @module
 */
import { connect } from "../net/mod.ts";
export const serve = () => connect();
`,
  "src/node_shared/mod.ts": `/** What both hosts need of node:. */
import { connect } from "node:tls";
export const tls = () => connect;
`,
  "src/deno/mod.ts": `/** The Deno host. */
import { tls } from "../node_shared/mod.ts";
export const denoHost = () => [Deno.pid, setTimeout(() => {}), tls];
`,
  "src/node/mod.ts": `/** The Node host. */
import { hrtime } from "node:process";
import { tls } from "../node_shared/mod.ts";
export const nodeHost = () => [hrtime(), performance.now(), tls];
`,
  "src/testing/mod.ts": `/**
 * The simulator.
 *
 * @module
 */
import { connect } from "../net/mod.ts";
export const simulate = () => connect();
`,
};

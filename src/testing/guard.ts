/**
 * The guard keeps the real world out. While simulated threads run, it replaces functions of the platform: those that
 * give the time or random numbers answer from the world, and those that start timers or requests throw.
 *
 * The loop runs threads without letting any other code of the process run in between, so only simulated threads see
 * the replacements.
 *
 * @module
 */

import { NondeterminismError } from "./errors.ts";

/** What the replaced functions answer from. */
export interface Sources {
  /** Milliseconds since 1970. */
  date(): number;
  /** Milliseconds since the world began. */
  elapsed(): number;
  /** From 0 and less than 1. */
  random(): number;
}

/** What to use instead of each function that is refused. */
const INSTEAD: Record<string, string> = {
  setTimeout: "yield* sleep(seconds), or spawn a thread that sleeps",
  setInterval: "a thread that sleeps in a loop",
  setImmediate: "yield* null()",
  queueMicrotask: "yield* null()",
  requestAnimationFrame: "yield* sleep(seconds)",
  fetch: "connect() to a host of the world, or fetch of @x/bluelet/http",
};

type Globals = Record<string, unknown>;

/** Replaces functions of the platform, and returns what restores them. With `refuse`, timers and requests throw. */
export function guard(sources: Sources, refuse: boolean): () => void {
  const undo: (() => void)[] = [];
  const replace = (object: Globals, name: string, value: unknown) => {
    if (typeof object?.[name] !== "function") return;
    const own = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: true });
    undo.push(() => {
      if (own === undefined) delete object[name];
      else Object.defineProperty(object, name, own);
    });
  };
  const globals = globalThis as unknown as Globals;
  if (refuse) {
    for (const [name, instead] of Object.entries(INSTEAD)) replace(globals, name, refusal(name, instead));
  }
  replace(globals.Math as Globals, "random", sources.random);
  replace(globals.performance as Globals, "now", sources.elapsed);
  replace(globals, "Date", virtualDate(Date, sources));
  const crypto = globals.crypto as Globals;
  replace(crypto, "getRandomValues", (array: ArrayBufferView) => fill(array, sources));
  replace(crypto, "randomUUID", () => uuid(sources));
  return () => {
    for (let step; (step = undo.pop()) !== undefined;) step();
  };
}

function refusal(name: string, instead: string): () => never {
  return () => {
    throw new NondeterminismError(
      `A simulated thread called ${name}(), which belongs to the real world: use ${instead}. ` +
        `To let the real world in, at the cost of determinism, pass { outside: "allow" }.`,
    );
  };
}

/** A `Date` that takes the present from the world. */
function virtualDate(real: DateConstructor, sources: Sources): DateConstructor {
  return new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [sources.date()] : args, newTarget),
    apply: () => new real(sources.date()).toString(),
    get: (target, name) => name === "now" ? sources.date : Reflect.get(target, name),
  });
}

function fill<T extends ArrayBufferView>(array: T, sources: Sources): T {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(sources.random() * 256);
  return array;
}

function uuid(sources: Sources): string {
  const bytes = fill(new Uint8Array(16), sources);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * A coroutine is a generator that yields events, other coroutines, or promises. This file recognises coroutines, keeps one
 * from being started twice, and finds out its name.
 *
 * @module
 */

import { Event } from "./event.ts";
import type { Thread } from "./thread.ts";

/** What a thread may yield: an event, a promise to wait for, or a coroutine to call. */
// deno-lint-ignore no-explicit-any -- a coroutine of whatever type
export type Yieldable = Event<unknown> | PromiseLike<unknown> | Generator<any, any, any>;

/**
 * A generator that yields events, coroutines or promises and returns a `T`.
 *
 * The type of what a plain `yield` results in is `any`, since TypeScript gives all of a generator's
 * yields one type; `yield* event` has the event's own. Yielding anything else, such as a number or a function that
 * was not called, is a type error.
 */
// deno-lint-ignore no-explicit-any -- see above
export type Coroutine<T = void> = Generator<Yieldable, T, any>;

/** What `timeout`, `race` and the like take: a coroutine, or one event on its own. */
export type Task<T> = Coroutine<T> | Event<T>;

/** A function that makes coroutines: `function* (...) { ... }`. */
export type CoroutineFunction<A extends unknown[], T> = (...args: A) => Coroutine<T>;

/** A coroutine to start, or a function that makes one. */
export type Target<T> = Coroutine<T> | CoroutineFunction<unknown[], T>;

/** The source of the name of a thread or a call. A function's `name` is slow to read, so it is read only when needed. */
export type Named = string | ((...args: never[]) => unknown);

/**
 * Marks a generator that the scheduler was given: with its thread, or with what names it where it was called.
 * (A name costs half of what a symbol does where functions are many, and a tenth of a WeakMap.)
 */
type Stamped = Coroutine<unknown> & { __bluelet?: Thread | Named };

/** The class of all generators, which JavaScript has no name for. */
export const Native = function () {} as unknown as new () => Coroutine<unknown>;
Native.prototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})()));

/** Whether `value` is a generator, or behaves like one; an async generator does not. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return value instanceof Native || looksLikeGenerator(value) && !(Symbol.asyncIterator in value);
}

function looksLikeGenerator(value: unknown): value is object {
  return typeof value === "object" && value !== null && typeof (value as Coroutine).next === "function" &&
    typeof (value as Coroutine).throw === "function";
}

/**
 * Marks `coroutine` as given to the scheduler; refuses one that was given before. Returns the generator to run: if
 * `coroutine` only behaves like a generator, a real one that drives it.
 */
export function adopt(coroutine: Coroutine<unknown>, owner: Thread | Named): Coroutine<unknown> {
  const stamped = coroutine as Stamped;
  if (stamped.__bluelet !== undefined) {
    throw new TypeError(
      "This coroutine was started before: a generator runs once. Call its function again to get a new one.",
    );
  }
  stamped.__bluelet = owner;
  if (coroutine instanceof Native) return coroutine;
  const driver: Stamped = drive(coroutine);
  driver.__bluelet = owner;
  return driver;
}

/** Nameless, so that no thread is named after it. */
const drive = (() =>
  function* (coroutine: Coroutine<unknown>): Coroutine<unknown> {
    return yield* { [Symbol.iterator]: () => coroutine };
  })();

/** The thread that was spawned with `coroutine`, if one was. */
export function threadOf(coroutine: Coroutine<unknown>): Thread | undefined {
  const owner = (coroutine as Stamped).__bluelet;
  return typeof owner === "object" ? owner : undefined;
}

/** The name of `coroutine`: the name under which it was spawned or called, or its generator function's name. */
export function nameOf(coroutine: Coroutine<unknown>): string {
  const owner = (coroutine as Stamped).__bluelet;
  return (typeof owner === "string" ? owner : owner?.name) || functionName(coroutine) || "coroutine";
}

/**
 * The name of the generator function that made `coroutine`, or `""`. A generator has no link to its function,
 * but V8 names the receiver of each call in a stack trace after it; elsewhere there is no name to be had.
 */
export function functionName(coroutine: Coroutine<unknown>): string {
  const stack: string = receiver.call(coroutine) ?? "";
  const name = /^Error\n\s+at (\w+)\.receiver /.exec(stack)?.[1];
  return name === undefined || name === "Generator" || name === "Object" ? "" : name;
}

function receiver(this: Coroutine<unknown>): string | undefined {
  return new Error().stack;
}

/** The source of the name of the thread or the call that runs `target`. */
export function namedAfter(target: Target<unknown>): Named {
  return typeof target === "function" ? target : "";
}

/** Calls `target` if it is a function; a `TypeError` unless that makes a coroutine. */
export function coroutineFrom<A extends unknown[], T>(
  target: Coroutine<T> | CoroutineFunction<A, T>,
  args: A,
  caller: string,
): Coroutine<T> {
  const coroutine = typeof target === "function" ? target(...args) : target;
  if (!isCoroutine(coroutine)) {
    ignore(coroutine);
    const what = typeof target === "function" ? `what ${target.name || "the function"}() returned` : "this";
    throw new TypeError(
      `${caller}() takes a coroutine or a generator function (function*); ${what} is ${describe(coroutine)}.`,
    );
  }
  return coroutine as Coroutine<T>;
}

/**
 * Handles the rejection of `value`, if it is a promise, so that it never reaches the process. Returns whether it is one.
 * (A `then` that is not the platform's is not called: the call may start its work.)
 */
export function ignore(value: unknown): boolean {
  if (!(value instanceof Promise)) return false;
  if (value.then === Promise.prototype.then) value.then(undefined, () => {});
  return true;
}

/** Checks at the call what `coroutineFrom` will be given later. */
export function checkTarget(target: unknown, caller: string): void {
  if (typeof target !== "function" && !isCoroutine(target)) coroutineFrom(target as Coroutine, [], caller);
}

/** Checks what a run is started with. */
export function checkRoot(root: unknown): void {
  if (isCoroutine(root)) return;
  ignore(root);
  const hint = typeof root === "function" ? ": call it, and run what it returns" : "";
  throw new TypeError(`run() takes a coroutine; got ${describe(root)}${hint}.`);
}

/** Checks at the call what {@linkcode coroutineOf} will be given later. */
export function checkTask(task: unknown, caller: string): void {
  if (!(task instanceof Event) && !isCoroutine(task)) {
    const hint = typeof task === "function"
      ? ": call the generator function first"
      : ignore(task)
      ? ": wrap it in promise()"
      : "";
    throw new TypeError(`${caller}() takes a coroutine or an event, and this is ${describe(task)}${hint}.`);
  }
}

/** `task` as a coroutine: an event is yielded once. */
export function coroutineOf<T>(task: Task<T>): Coroutine<T> {
  return task instanceof Event ? once(task) : task;
}

function* once<T>(event: Event<T>): Coroutine<T> {
  return (yield event) as T;
}

/** `value` in words, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `the function ${value.name || "(anonymous)"}`;
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? value.slice(0, 40) + "…" : value);
  if (typeof value !== "object") return `${typeof value} ${String(value)}`;
  if (looksLikeGenerator(value) && Symbol.asyncIterator in value) {
    return "an async generator (write function* and yield* in place of async function* and await)";
  }
  return `an object of class ${value.constructor?.name ?? "(none)"}`;
}

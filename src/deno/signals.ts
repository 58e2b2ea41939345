/**
 * Deno's signals: those who listen for one by name come first, and a program's `main` hears of it only if there are none.
 *
 * @module
 */

import type { Signals } from "../process/mod.ts";

/** Who is told of one signal. */
interface Listeners {
  readonly first: Set<() => void>;
  readonly last: Set<() => void>;
  /** What Deno calls. */
  readonly listener: () => void;
}

const heard = new Map<string, Listeners>();

function listen(name: string, listener: () => void, place: "first" | "last"): () => void {
  let listeners = heard.get(name);
  if (listeners === undefined) {
    const all: Listeners = {
      first: new Set(),
      last: new Set(),
      listener: () => [...all.first.size > 0 ? all.first : all.last].forEach((each) => each()),
    };
    Deno.addSignalListener(name as Deno.Signal, all.listener);
    heard.set(name, listeners = all);
  }
  const one = () => listener(); // an object of its own, however often the same function listens
  const { first, last, listener: own } = listeners;
  listeners[place].add(one);
  return () => {
    if (!listeners[place].delete(one) || first.size + last.size > 0) return;
    Deno.removeSignalListener(name as Deno.Signal, own);
    heard.delete(name);
  };
}

/** Of all timers the one that rings most seldom: while one is set the program stays, which a signal's listener does not do. */
const SELDOM = 2 ** 31 - 1;

/** The signals of the process that Deno is. */
export const denoSignals: Signals = {
  listen(name: string, listener: () => void): () => void {
    const end = listen(name, listener, "first");
    const stay = setInterval(() => {}, SELDOM);
    return () => {
      clearInterval(stay);
      end();
    };
  },
};

/** Like `listen`, for whoever is told of a signal that nobody else wants. */
export function listenLast(name: string, listener: () => void): () => void {
  return listen(name, listener, "last");
}

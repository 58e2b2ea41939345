/**
 * Server-sent events: an answer that goes on for as long as the client listens.
 *
 * Source of the format: the HTML standard, "Server-sent events".
 *
 * @module
 */

import { type Coroutine, describe, type Event, kill, scope, sleep } from "../core/mod.ts";
import { type Chunk, produced } from "./stream.ts";

/** An event for the client's `EventSource`. */
export interface ServerEvent {
  /** The data, which may have several lines. */
  data: string;
  /** Its type; `"message"` if it is left out. */
  event?: string;
  /** What the client names when it connects again (`Last-Event-ID`). */
  id?: string;
  /** Milliseconds that the client is to wait before it connects again. */
  retry?: number;
}

/** Options for {@linkcode eventStream}. */
export interface EventStreamInit extends ResponseInit {
  /** Seconds between comments that keep the connection from being closed as idle. Default 15. */
  keepAlive?: number;
}

/** `event` as it goes over the wire. */
function format(event: ServerEvent): string {
  if (typeof event?.data !== "string") {
    throw new TypeError(
      `send() takes an event, { data: "...", event?, id?, retry? }; got ${describe(event)}.`,
    );
  }
  let text = "";
  for (const field of ["event", "id"] as const) {
    const value = event[field];
    if (value === undefined) continue;
    if (typeof value !== "string" || /[\r\n\0]/.test(value)) {
      throw new TypeError(`The ${field} of an event must be one line of text; got ${describe(value)}.`);
    }
    text += `${field}: ${value}\n`;
  }
  if (event.retry !== undefined) {
    if (!(Number.isSafeInteger(event.retry) && event.retry >= 0)) {
      throw new RangeError(
        `The retry of an event is a whole number of milliseconds; got ${describe(event.retry)}.`,
      );
    }
    text += `retry: ${event.retry}\n`;
  }
  for (const line of event.data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}

/**
 * An answer of server-sent events, which `producer` sends for as long as it runs and the client listens. When the client
 * goes, it is killed. Comments that clients pass over keep the connection alive.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { eventStream } from "@x/bluelet/http";
 * import { assertEquals } from "@std/assert";
 *
 * const response = eventStream(function* (send) {
 *   for (let tick = 0; tick < 2; tick++) {
 *     yield* send({ event: "tick", data: String(tick) });
 *     yield* bluelet.sleep(0.001);
 *   }
 * });
 * assertEquals(await response.text(), "event: tick\ndata: 0\n\nevent: tick\ndata: 1\n\n");
 * ```
 */
export function eventStream(
  producer: (send: (event: ServerEvent) => Event<void>) => Coroutine<unknown>,
  init: EventStreamInit = {},
): Response {
  if (typeof producer !== "function") {
    throw new TypeError(
      `eventStream() takes a generator function, function* (send) { ... }; got ${describe(producer)}.`,
    );
  }
  const { keepAlive = 15, ...rest } = init;
  if (!(typeof keepAlive === "number" && keepAlive > 0)) {
    throw new RangeError(
      `eventStream() takes keepAlive in seconds, more than 0; got ${describe(keepAlive)}.`,
    );
  }
  const headers = new Headers(init.headers);
  headers.set("content-type", "text/event-stream; charset=utf-8");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  const body = produced(
    (send) => withComments(producer((event) => send(format(event))), send, keepAlive),
    true,
  );
  return new Response(body, { ...rest, headers });
}

function* withComments(
  events: Coroutine<unknown>,
  send: (chunk: Chunk) => Event<void>,
  seconds: number,
): Coroutine<void> {
  yield scope(function* (scope): Coroutine<void> {
    const comments = scope.spawn(function* keepAlive(): Coroutine<void> {
      while (true) {
        yield sleep(seconds);
        yield send(":\n\n");
      }
    });
    yield events;
    yield kill(comments);
  });
}

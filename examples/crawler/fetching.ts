/**
 * Fetching one address, with patience: a time limit on each attempt, its body included, and more attempts after
 * longer and longer pauses. A body is read piece by piece, up to a limit, and is not kept.
 *
 * @module
 */

import { type Coroutine, promise, sleep, timeout, TimeoutError } from "../../mod.ts";

/** What a crawler says that it is. `robots.txt` may speak to it by this name. */
export const NAME = "bluelet-crawler";

/** How patient to be. */
export interface Patience {
  /** Seconds that one attempt may take, from the connection to the last byte. */
  timeout: number;
  /** How many more attempts there are after the first. */
  retries: number;
}

/** Takes a body as it comes. */
export interface BodyReader {
  /** How many bytes it takes; what follows is not fetched. */
  readonly limit: number;
  /** The next bytes have come. */
  read(bytes: Uint8Array): Coroutine;
  /** No more will come. `cut` says whether there is more than the limit. */
  end(cut: boolean): Coroutine;
}

/**
 * Chooses the reader of a page that came, by its type, and the whole `Content-Type`; a body that nobody reads is
 * not fetched.
 */
export type ReaderFor<R extends BodyReader> = (type: string, contentType: string) => R | undefined;

/** What came from an address. */
export interface Page<R extends BodyReader = BodyReader> {
  url: string;
  /** The status that came with it; 0 if nothing came. */
  status: number;
  /** The server's words for its status, and what it says that the body is. */
  statusText: string;
  type: string;
  /** What went wrong, if not all came. */
  problem?: string;
  /** How many bytes were read, and whether there are more. */
  bytes: number;
  cut: boolean;
  /** Where it moved, if its status says that it did, as the server wrote it. */
  location?: string;
  /** Who has read it. */
  reader?: R;
}

/** The most seconds that a server may have us wait. */
const LONGEST_PAUSE = 30;
/** Seconds before the second attempt; doubled before each later one. */
const FIRST_PAUSE = 0.5;

/** Answers that another attempt may better. */
const TEMPORARY = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Answers that send us elsewhere. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Whatever the network or the server did wrong. Any other error is a mistake in this program. */
class FetchError extends Error {}

/** Fetches an address. Whatever the server does, a page results; only a missing permission is thrown. */
export function* fetchPage<R extends BodyReader>(
  url: string,
  patience: Patience,
  readerFor: ReaderFor<R>,
): Coroutine<Page<R>> {
  for (let attempt = 0;; attempt++) {
    const { page, retryAfter } = yield* attemptAt(url, patience.timeout, readerFor);
    const hopeful = page.status === 0 || TEMPORARY.has(page.status);
    if (!hopeful || attempt >= patience.retries) return page;
    // A little chance keeps crawlers that failed together from coming back together.
    const pause = FIRST_PAUSE * 2 ** attempt * (1 + Math.random() / 4);
    yield* sleep(Math.min(LONGEST_PAUSE, retryAfter ?? pause));
  }
}

/** A page, and after how many seconds the server wants to be asked again, if it said so. */
interface Attempt<R extends BodyReader> {
  page: Page<R>;
  retryAfter?: number | undefined;
}

function* attemptAt<R extends BodyReader>(
  url: string,
  seconds: number,
  readerFor: ReaderFor<R>,
): Coroutine<Attempt<R>> {
  try {
    return yield* timeout(seconds, load(url, readerFor));
  } catch (error) {
    if (!(error instanceof TimeoutError || error instanceof FetchError)) throw error;
    const problem = error instanceof TimeoutError ? `no answer within ${seconds} s` : error.message;
    return { page: failedPage(url, problem) };
  }
}

/** What there is of an address from which nothing came. */
export function failedPage(url: string, problem: string): Page<never> {
  return { url, status: 0, statusText: "", type: "", problem, bytes: 0, cut: false };
}

/** However this ends, killed too, the connection is given back or closed. */
function* load<R extends BodyReader>(url: string, readerFor: ReaderFor<R>): Coroutine<Attempt<R>> {
  const aborter = new AbortController();
  const headers = { "user-agent": `${NAME}/0.2`, accept: "text/html,*/*;q=0.5" };
  try {
    const response = yield* fromNetwork(() =>
      fetch(url, { signal: aborter.signal, headers, redirect: "manual" })
    );
    const { status, statusText } = response;
    const contentType = response.headers.get("content-type") ?? "";
    const type = contentType.split(/[;,]/, 1)[0]!.trim().toLowerCase();
    const page: Page<R> = { url, status, statusText, type, bytes: 0, cut: false };
    if (REDIRECTS.has(status)) page.location = utf8(response.headers.get("location") ?? "");
    const reader = status >= 200 && status < 300 ? readerFor(type, contentType) : undefined;
    if (reader !== undefined && response.body !== null) {
      page.reader = reader;
      yield* readBody(response.body, reader, page);
    }
    return { page, retryAfter: secondsOf(response.headers.get("retry-after") ?? "") };
  } finally {
    aborter.abort();
  }
}

function* readBody(body: ReadableStream<Uint8Array>, reader: BodyReader, page: Page): Coroutine {
  const pieces = body.getReader();
  while (!page.cut) {
    const { value } = yield* fromNetwork(() => pieces.read());
    if (value === undefined) break;
    const taken = value.subarray(0, reader.limit - page.bytes);
    page.cut = taken.length < value.length;
    page.bytes += taken.length;
    yield* reader.read(taken);
  }
  yield* reader.end(page.cut);
}

/** Waits for a promise of `fetch`. */
function fromNetwork<T>(start: () => Promise<T>) {
  return promise(() =>
    start().catch((error) => {
      throw error instanceof Deno.errors.NotCapable ? error : new FetchError(reasonIn(error));
    })
  );
}

/** Deno says "fetch failed", and in the cause what happened, after the addresses and the layers of its client. */
function reasonIn(error: Error): string {
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  return message.slice(message.lastIndexOf("): ") + 1).replace(/^: /, "") || "the request failed";
}

/** `fetch` gives each byte of a header as a character; servers that send more than ASCII send UTF-8. */
function utf8(header: string): string {
  return new TextDecoder().decode(Uint8Array.from(header, (char) => char.charCodeAt(0)));
}

/** How many seconds `Retry-After` asks for, as a number or as a date. */
function secondsOf(retryAfter: string): number | undefined {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

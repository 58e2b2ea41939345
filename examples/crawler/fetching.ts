/**
 * Fetching one page, with patience: a time limit on each attempt, and more attempts after longer and longer
 * pauses.
 *
 * @module
 */

import { type Coroutine, promise, sleep, timeout, TimeoutError } from "../../mod.ts";

/** How patient to be. */
export interface Patience {
  /** Seconds that one attempt may take. */
  timeout: number;
  /** How many more attempts there are after the first. */
  retries: number;
}

/** What came from an address. */
export interface Page {
  url: string;
  /** The status that came with it; 0 if nothing came. */
  status: number;
  /** What went wrong, if nothing came. */
  problem?: string;
  bytes: number;
  /** Its text, where that is HTML, or plain; else empty. */
  text: string;
  /** Where it moved. */
  location?: string;
}

/** The most bytes that are read of a page, and the most seconds that a server may have us wait. */
const MOST_BYTES = 4_000_000, LONGEST_PAUSE = 30;
/** Seconds before the second attempt; doubled before each later one. */
const FIRST_PAUSE = 0.5;

/** Answers that another attempt may better. */
const TEMPORARY = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Fetches a page. Whatever the server does, a page results; only a missing permission is thrown. */
export function* fetchPage(url: string, patience: Patience): Coroutine<Page> {
  for (let attempt = 0;; attempt++) {
    const { page, retryAfter } = yield* attemptAt(url, patience.timeout);
    const hopeful = page.status === 0 || TEMPORARY.has(page.status);
    if (!hopeful || attempt >= patience.retries) return page;
    // A little chance keeps crawlers that failed together from coming back together.
    const pause = FIRST_PAUSE * 2 ** attempt * (1 + Math.random() / 4);
    yield* sleep(Math.min(LONGEST_PAUSE, retryAfter ?? pause));
  }
}

/** A page, and after how many seconds the server wants to be asked again, if it said so. */
interface Attempt {
  page: Page;
  retryAfter?: number;
}

function* attemptAt(url: string, seconds: number): Coroutine<Attempt> {
  try {
    return yield* timeout(seconds, promise((signal) => load(url, signal)));
  } catch (error) {
    const expected = error instanceof TimeoutError || error instanceof TypeError; // fetch's own for all that fails
    if (!expected) throw error;
    const problem = error instanceof TimeoutError ? `no answer within ${seconds} s` : error.message;
    return { page: { url, status: 0, problem, bytes: 0, text: "" } };
  }
}

async function load(url: string, signal: AbortSignal): Promise<Attempt> {
  const headers = { "user-agent": "bluelet-crawler/0.1", accept: "text/html,*/*;q=0.5" };
  const response = await fetch(url, { signal, headers, redirect: "manual" });
  const page: Page = { url, status: response.status, bytes: 0, text: "" };
  const location = response.headers.get("location");
  if (location !== null) page.location = location;
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || !/^text\/(html|plain)|^application\/xhtml/.test(type)) {
    await response.body?.cancel();
  } else {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      page.bytes += chunk.length;
      page.text += decoder.decode(chunk, { stream: true });
      if (page.bytes > MOST_BYTES) break;
    }
  }
  const after = Number(response.headers.get("retry-after") ?? NaN);
  return after >= 0 ? { page, retryAfter: after } : { page };
}

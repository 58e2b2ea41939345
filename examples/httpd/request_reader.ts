/**
 * Bytes in, requests out: HTTP/1.x as it comes off a connection, in whatever pieces.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { HEAD_LIMIT, HttpError, parse, type Request, TOKEN } from "./requests.ts";

const LF = 10, CR = 13;

/** Cuts what arrives on one connection into requests. Looks at each byte once, however few come at a time. */
export class RequestReader {
  /** What has arrived and is in no request yet: the bytes from `#start` to `#end`. */
  #bytes = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** How many of them the end of the head was sought in. */
  #sought = 0;
  /** A request of which only the body is not there yet, and how many bytes that still has. */
  #request: Request | undefined;
  #body = 0;

  /** Whether a request has begun to arrive. */
  get begun(): boolean {
    return this.#request !== undefined || this.#start < this.#end;
  }

  /** Adds what has arrived, which is the reader's own from then on. */
  feed(bytes: Uint8Array<ArrayBuffer>): void {
    const waiting = this.#bytes.subarray(this.#start, this.#end);
    if (waiting.length === 0) {
      this.#bytes = bytes;
      this.#start = this.#end = 0;
    } else {
      if (this.#end + bytes.length > this.#bytes.length) { // room for as much again, so that few copies are made
        this.#bytes = new Uint8Array(2 * (waiting.length + bytes.length));
        this.#bytes.set(waiting);
        this.#start = 0;
        this.#end = waiting.length;
      }
      this.#bytes.set(bytes, this.#end);
    }
    this.#end += bytes.length;
  }

  /** Takes the next request, if all of it is there. Throws `HttpError`; nothing after that can be made sense of. */
  take(): Request | undefined {
    if (this.#request === undefined && !this.#takeHead()) return undefined;
    const dropped = Math.min(this.#body, this.#end - this.#start);
    this.#start += dropped;
    this.#body -= dropped;
    if (this.#body > 0) return undefined;
    const request = this.#request;
    this.#request = undefined;
    return request;
  }

  /** Says whether there was a whole head. */
  #takeHead(): boolean {
    let waiting = this.#bytes.subarray(this.#start, this.#end);
    while (waiting[0] === CR && waiting[1] === LF) { // empty lines in between are overlooked
      waiting = waiting.subarray(2);
      this.#start += 2;
      this.#sought = 0;
    }
    const size = this.#seekEnd(waiting);
    if (size === undefined) return false;
    const head = Buffer.from(waiting.buffer, waiting.byteOffset, size).toString("latin1");
    const { request, length } = parse(head);
    this.#start += size;
    this.#sought = 0;
    this.#request = request;
    this.#body = length;
    return true;
  }

  /** How long the head is that `bytes` begin with, if they have its end. Better said now than later if they cannot. */
  #seekEnd(bytes: Uint8Array): number | undefined {
    const begun = bytes.length > 1 || bytes[0] !== CR; // one CR may be half an empty line
    if (bytes.length > 0 && begun && !TOKEN.test(String.fromCharCode(bytes[0]!))) throw notHttp();
    for (let at = this.#sought; (at = bytes.indexOf(LF, at)) >= 0 && at <= HEAD_LIMIT; at++) {
      if (bytes[at - 1] !== CR) throw notHttp();
      if (bytes[at - 2] === LF) return at + 1;
    }
    if (bytes.length > HEAD_LIMIT) {
      const line = bytes.indexOf(LF);
      if (line < 0 || line > HEAD_LIMIT) throw new HttpError(414, "The request's first line is too long.");
      throw new HttpError(431, `The request's head has more than ${HEAD_LIMIT} bytes.`);
    }
    this.#sought = bytes.length;
    return undefined;
  }
}

function notHttp(): HttpError {
  return new HttpError(400, "This is not HTTP: lines end in CRLF, and the first is a request.");
}

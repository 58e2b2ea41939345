/**
 * Bytes in, requests out: HTTP/1.x as it comes off a connection, in whatever pieces.
 *
 * Strict where laxness has let attackers in elsewhere (RFC 9112): lines end in CRLF, no control characters, no
 * folded fields, one Host, one Content-Length.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** How many bytes a request's head may have, and how many its body: that is only read to be dropped. */
export const HEAD_LIMIT = 16_384, BODY_LIMIT = 65_536;

/** One request. */
export interface Request {
  /** Its first line, for the log. */
  line: string;
  method: string;
  /** What it asks for, still percent-encoded, without `?query`. */
  path: string;
  /** The query with its `?`, or nothing. */
  query: string;
  /** Whether it is HTTP/1.0. */
  old: boolean;
  /** Whether the connection stays open after it. */
  persistent: boolean;
  /** Its fields, by their names in lower case. */
  fields: Map<string, string>;
}

/** A request that is answered with a status other than success; after a malformed one the connection is closed. */
export class HttpError extends Error {
  constructor(readonly status: number, message: string, readonly fields: Record<string, string> = {}) {
    super(message);
  }
}

const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/(\d)\.(\d)$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

/** Cuts what arrives on one connection into requests. */
export class RequestReader {
  /** What has arrived and is no request yet, a character for each byte. */
  #text = "";
  /** Up to where the end of the head was sought in vain. */
  #sought = 0;

  /** Whether a request has begun to arrive. */
  get begun(): boolean {
    return this.#text !== "";
  }

  /** Adds what has arrived. */
  feed(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  }

  /** Takes the next request, if all of it is there. Throws `HttpError`; nothing after that can be made sense of. */
  take(): Request | undefined {
    if (this.#text === "") return undefined;
    while (this.#sought === 0 && this.#text.startsWith("\r\n")) this.#text = this.#text.slice(2);
    const end = this.#text.indexOf("\r\n\r\n", this.#sought);
    if (end < 0 || end > HEAD_LIMIT) return this.#incomplete();
    const head = end + 4 === this.#text.length ? this.#text : this.#text.slice(0, end + 4);
    const { request, length } = parse(head);
    if (this.#text.length < head.length + length) {
      this.#sought = end; // its body is to come
      return undefined;
    }
    this.#text = this.#text.slice(head.length + length);
    this.#sought = 0;
    return request;
  }

  #incomplete(): undefined {
    const text = this.#text;
    const line = text.indexOf("\r\n");
    if (text.length > HEAD_LIMIT) {
      if (line < 0 || line > HEAD_LIMIT) throw new HttpError(414, "The request's first line is too long.");
      throw new HttpError(431, `The request's head has more than ${HEAD_LIMIT} bytes.`);
    }
    // Better said now than when the time is up: this is something else than HTTP.
    if (text !== "" && !NAME.test(text[0]!) || /(^|[^\r])\n/.test(text)) {
      if (text !== "\r") {
        throw new HttpError(400, "This is not HTTP: lines end in CRLF, and the first is a request.");
      }
    }
    this.#sought = Math.max(0, text.length - 3);
    return undefined;
  }
}

/** The request whose head this is, and how long its body is. */
function parse(head: string): { request: Request; length: number } {
  const lines = head.split("\r\n");
  const line = lines[0]!;
  const match = LINE.exec(line);
  if (match === null) throw new HttpError(400, "The request's first line is malformed.");
  if (match[3] !== "1") throw new HttpError(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
  const fields = new Map<string, string>();
  for (let i = 1; i < lines.length - 2; i++) { // the last two are what follows the final CRLFs
    const line = lines[i]!;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!NAME.test(name) || CONTROL.test(line)) throw new HttpError(400, "A header field is malformed.");
    const value = line.slice(colon + 1).trim();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  const old = match[4] === "0";
  const host = fields.get("host");
  if (host === undefined ? !old : host.includes(",")) throw new HttpError(400, "There must be one Host.");
  const connection = fields.get("connection")?.toLowerCase();
  const target = match[2]!;
  const query = target.indexOf("?");
  const request = {
    line,
    method: match[1]!,
    path: pathOf(query < 0 ? target : target.slice(0, query)),
    query: query < 0 ? "" : target.slice(query),
    old,
    persistent: connection === undefined
      ? !old
      : old
      ? /\bkeep-alive\b/.test(connection)
      : !/\bclose\b/.test(connection),
    fields,
  };
  return { request, length: bodyLength(fields) };
}

/** Of `http://host/path`, as proxies ask, the path. */
function pathOf(target: string): string {
  return target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/]*/i, "") || "/";
}

function bodyLength(fields: Map<string, string>): number {
  if (fields.has("transfer-encoding")) throw new HttpError(411, "A body must say its Content-Length.");
  const length = fields.get("content-length");
  if (length === undefined) return 0;
  if (!/^\d+$/.test(length)) throw new HttpError(400, "The Content-Length is malformed.");
  if (Number(length) > BODY_LIMIT) throw new HttpError(413, `The body has more than ${BODY_LIMIT} bytes.`);
  if (Number(length) > 0 && fields.has("expect")) throw new HttpError(417, "No body is expected here.");
  return Number(length);
}

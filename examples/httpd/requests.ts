/**
 * What a request says: HTTP/1.x, from the text of its head.
 *
 * Strict where laxness has let attackers in elsewhere (RFC 9112): lines end in CRLF, no control characters, no
 * folded fields, one Host, one Content-Length.
 *
 * @module
 */

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
  readonly status: number;
  /** What its answer has for fields, beside the usual. */
  readonly fields: Record<string, string>;

  constructor(status: number, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/(\d)\.(\d)$/;
/** What names of methods and fields are made of. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;
/** A name or an address, and a port; no comma, which a name might have, but which is more likely a second Host. */
const HOST = /^(?:\[[\da-f:.]+\]|(?:[\w\-.~!$&'()*+;=]|%[\da-f]{2})*)(?::\d*)?$/i;

/** The request whose head this is, and how long its body is. */
export function parse(head: string): { request: Request; length: number } {
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
    if (!TOKEN.test(name) || CONTROL.test(line)) throw new HttpError(400, "A header field is malformed.");
    const value = trimmed(line.slice(colon + 1));
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  const old = match[4] === "0";
  const host = fields.get("host");
  if (host === undefined ? !old : !HOST.test(host)) {
    throw new HttpError(400, "There must be one Host, and well-formed.");
  }
  const connection = fields.get("connection")?.toLowerCase().split(",").map(trimmed) ?? [];
  const target = match[2]!;
  const query = target.indexOf("?");
  const request = {
    line,
    method: match[1]!,
    path: pathOf(query < 0 ? target : target.slice(0, query)),
    query: query < 0 ? "" : target.slice(query),
    old,
    persistent: !connection.includes("close") && (!old || connection.includes("keep-alive")),
    fields,
  };
  return { request, length: bodyLength(fields) };
}

/** Without the blanks around it, which are spaces and tabs only; `trim` would take what others hold for a character. */
export function trimmed(value: string): string {
  let from = 0, to = value.length;
  while (from < to && isBlank(value[from])) from++;
  while (to > from && isBlank(value[to - 1])) to--;
  return value.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
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

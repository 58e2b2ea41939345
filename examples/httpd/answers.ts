/**
 * Answers: a status, fields and a body, put into the bytes that go over the wire.
 *
 * @module
 */

import type { HttpError, Request } from "./requests.ts";

/** What is sent for a request. */
export interface Answer {
  status: number;
  /** The head, and the body where that is small. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How long the body is, as sent. */
  size: number;
  /** A body that is sent piece by piece after `bytes`. Whoever has the answer closes the file. */
  rest?: FilePart;
  /** Whether the connection stays open after it. */
  persistent: boolean;
}

/** A part of an open file. */
export interface FilePart {
  file: Deno.FsFile;
  from: number;
  length: number;
}

const REASONS: Record<number, string> = {
  200: "OK",
  206: "Partial Content",
  301: "Moved Permanently",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

const encoder = new TextEncoder();

/** The answer to `request`; one to no request at all (`null`) is the connection's last. */
export function answerTo(
  request: Request | null,
  status: number,
  fields: Record<string, string>,
  body: Uint8Array | FilePart | string = "",
): Answer {
  const persistent = request !== null && request.persistent;
  const content = typeof body === "string" ? encoder.encode(body) : body;
  let head = `HTTP/1.1 ${status} ${REASONS[status]}\r\nDate: ${new Date().toUTCString()}\r\n`;
  if (!persistent) head += "Connection: close\r\n";
  else if (request.old) head += "Connection: keep-alive\r\n";
  for (const name in fields) head += `${name}: ${fields[name]}\r\n`;
  if (status !== 304) head += `Content-Length: ${content.length}\r\nX-Content-Type-Options: nosniff\r\n`;
  head += "\r\n";
  const answer: Answer = { status, bytes: encoder.encode(head), size: 0, persistent };
  if (request?.method === "HEAD" || status === 304) return answer;
  answer.size = content.length;
  if ("file" in content) answer.rest = content;
  else if (content.length > 0) answer.bytes = joined([answer.bytes, content]);
  return answer;
}

/** The answer to a request that cannot be served. */
export function refusalOf(request: Request | null, error: HttpError): Answer {
  const fields = { "Content-Type": "text/plain; charset=utf-8", ...error.fields };
  return answerTo(
    request,
    error.status,
    fields,
    `${error.status} ${REASONS[error.status]}: ${error.message}\n`,
  );
}

/** `parts` in one piece. */
export function joined(parts: Uint8Array<ArrayBuffer>[] | Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * A folder as a web site: finds what a request asks for, and answers it.
 *
 * @module
 */

import mime from "mime";
import * as bluelet from "../../mod.ts";
import { type Answer, answerTo, refusalOf } from "./answers.ts";
import { CONDITIONS, rangeOf, statusFor } from "./conditions.ts";
import { type Folder, type Found, inHttp, segmentsOf } from "./folder.ts";
import { listingPage } from "./listing.ts";
import { KEEP_SIZE, Memory } from "./memory.ts";
import { HttpError, type Request } from "./requests.ts";

const OTHER_VERSION = "This is another version than you ask for.";

/** The site whose files are in a folder. */
export class Site {
  readonly #folder: Folder;
  readonly #report: (error: unknown) => void;
  readonly #memory = new Memory();

  /** `report` is told of what goes wrong and is no client's fault. */
  constructor(folder: Folder, report: (error: unknown) => void) {
    this.#folder = folder;
    this.#report = report;
  }

  /** The answer to a plain GET, if it is in memory and to be believed. This is the path that has to be short. */
  kept(request: Request): Answer | undefined {
    if (request.method !== "GET" || !request.persistent || request.old) return undefined;
    if (CONDITIONS.some((name) => request.fields.has(name))) return undefined;
    return this.#memory.answer(request.path);
  }

  /** The answer to any request. If it has a `rest`, close its file. */
  *answer(request: Request): bluelet.Coroutine<Answer> {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") {
        throw new HttpError(405, "Only GET and HEAD are answered here.", { Allow: "GET, HEAD" });
      }
      return yield* this.#answer(request);
    } catch (error) {
      const refusal = inHttp(error);
      if (refusal.status === 500) this.#report(error);
      return refusalOf(request, refusal);
    }
  }

  *#answer(request: Request): bluelet.Coroutine<Answer> {
    const segments = segmentsOf(request.path);
    let file: Found | undefined;
    try {
      const found = yield* this.#folder.find(segments);
      if (found.info.isFile && request.path.endsWith("/")) {
        throw new HttpError(404, "This is a file, not a folder.");
      }
      file = found.info.isFile ? found : yield* this.#indexOf(request, segments);
      if (file === undefined) return yield* this.#answerFolder(request, segments, found);
    } finally {
      if (file === undefined) this.#memory.forget(request.path); // whatever file was here is here no more
    }
    return yield* this.#answerFile(request, file);
  }

  /** The page that a folder has for itself, if it has one. */
  *#indexOf(request: Request, segments: string[]): bluelet.Coroutine<Found | undefined> {
    if (!request.path.endsWith("/")) return undefined;
    try {
      const index = yield* this.#folder.find([...segments, "index.html"]);
      return index.info.isFile ? index : undefined;
    } catch (error) {
      if (inHttp(error).status !== 404) throw error;
      return undefined;
    }
  }

  *#answerFolder(request: Request, segments: string[], found: Found): bluelet.Coroutine<Answer> {
    if (!request.path.endsWith("/")) {
      const path = segments.map((segment) => `${encodeURIComponent(segment)}/`).join("");
      return answerTo(request, 301, { Location: `/${path}${request.query}` });
    }
    const status = statusFor(request, {});
    if (status === 412) throw new HttpError(status, OTHER_VERSION);
    const page = status === 304 ? "" : listingPage(segments, yield* this.#folder.list(segments, found));
    return answerTo(request, status, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }, page);
  }

  *#answerFile(request: Request, { path, info }: Found): bluelet.Coroutine<Answer> {
    const type = mime.getType(path) ?? "application/octet-stream";
    const kept = this.#memory.version(request.path, tagOf(info));
    // Shielded, since a file that is opened after its thread was killed would never be closed.
    const file = kept === undefined ? yield* bluelet.shield(bluelet.promise(Deno.open(path))) : null;
    let handedOver = false;
    try {
      if (file !== null) info = file.statSync(); // it may have changed, but this is the one that is sent
      const tag = tagOf(info), version = { tag, changed: info.mtime };
      const fields = {
        "Content-Type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
        "Last-Modified": (info.mtime ?? new Date(0)).toUTCString(),
        "Accept-Ranges": "bytes",
        ETag: tag,
      };
      const status = statusFor(request, version);
      if (status === 304) return answerTo(request, status, fields);
      if (status === 412) throw new HttpError(status, OTHER_VERSION);

      const content = kept?.content ?? (info.size <= KEEP_SIZE ? yield* wholeOf(file!, info.size) : null);
      if (content !== null) this.#memory.keep(request.path, tag, content, fields);
      const size = content?.length ?? info.size;
      const range = rangeOf(request, version, size);
      if (range === "none") {
        throw new HttpError(416, "The file ends before.", { "Content-Range": `bytes */${size}` });
      }
      const { from, to } = range ?? { from: 0, to: size };
      const sent = range === undefined
        ? fields
        : { ...fields, "Content-Range": `bytes ${from}-${to - 1}/${size}` };
      const body = content?.subarray(from, to) ?? { file: file!, from, length: to - from };
      const answer = answerTo(request, range === undefined ? 200 : 206, sent, body);
      handedOver = answer.rest !== undefined;
      return answer;
    } finally {
      if (!handedOver) file?.close();
    }
  }
}

/** The first `size` bytes of a file; fewer if it has become shorter. */
function* wholeOf(file: Deno.FsFile, size: number): bluelet.Coroutine<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(size);
  let count = 0;
  while (count < size) {
    const bytes = yield* bluelet.read(file, size - count);
    if (bytes === null) break;
    content.set(bytes, count);
    count += bytes.length;
  }
  return content.subarray(0, count);
}

/** Changes whenever the file does, and when another takes its place. */
function tagOf({ ino, size, mtime, ctime }: Deno.FileInfo): string {
  return `"${
    [ino ?? 0, size, mtime?.getTime() ?? 0, ctime?.getTime() ?? 0].map((n) => n.toString(36)).join("-")
  }"`;
}

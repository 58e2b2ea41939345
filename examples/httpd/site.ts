/**
 * A folder as a web site: finds what a request asks for, and answers it.
 *
 * Small files are kept in memory as finished answers. Each is compared with the disk at most every half
 * second, when it is asked for, so that a change shows within that time.
 *
 * @module
 */

import mime from "mime";
import * as bluelet from "../../mod.ts";
import { type Answer, answerTo, refusalOf } from "./answers.ts";
import { isUnchanged, rangeOf } from "./conditions.ts";
import { type Listed, listingPage } from "./listing.ts";
import { HttpError, type Request } from "./requests.ts";

/** Files of up to so many bytes are kept, so many of them, and so many bytes in all. */
const KEEP_SIZE = 65_536, KEEP_FILES = 2_000, KEEP_ALL = 33_554_432;

/** For how many milliseconds a kept answer is believed. */
const BELIEVED = 500;

/** The fields of an answer to a plain request: with one of these it is not plain. */
const CONDITIONS = ["if-none-match", "if-modified-since", "range"];

/** A file that is there. */
interface Found {
  /** Its real path: all links followed. */
  path: string;
  info: Deno.FileInfo;
}

/** A small file in memory. */
interface Kept {
  tag: string;
  content: Uint8Array<ArrayBuffer>;
  checked: number;
  /** The answer to a plain GET. */
  answer: Answer;
}

/** The site whose files are in the folder `root`, which is a real path. */
export class Site {
  readonly #root: string;
  readonly #report: (error: unknown) => void;
  /** By the path that was asked for, least lately checked first. */
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  /** `report` is told of what goes wrong and is no client's fault. */
  constructor(root: string, report: (error: unknown) => void) {
    this.#root = root;
    this.#report = report;
  }

  /** The answer to a plain GET, if it is in memory and to be believed. This is the path that has to be short. */
  kept(request: Request): Answer | undefined {
    const kept = this.#kept.get(request.path);
    if (kept === undefined || request.method !== "GET" || !request.persistent || request.old) {
      return undefined;
    }
    const { fields } = request;
    if (CONDITIONS.some((name) => fields.has(name))) return undefined;
    const now = Date.now();
    if (now - kept.checked <= BELIEVED) return kept.answer;
    kept.checked = now; // one client waits for the disk, the others need not
    return undefined;
  }

  /** The answer to any request. If it has a `rest`, close its file. */
  *answer(request: Request): bluelet.Coroutine<Answer> {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") {
        throw new HttpError(405, "Only GET and HEAD are answered here.", { Allow: "GET, HEAD" });
      }
      return yield* this.#answer(request);
    } catch (error) {
      this.#forget(request.path);
      const refusal = inHttp(error);
      if (refusal.status === 500) this.#report(error);
      return refusalOf(request, refusal);
    }
  }

  *#answer(request: Request): bluelet.Coroutine<Answer> {
    const segments = segmentsOf(request.path);
    const found = yield* this.#find(segments);
    if (!found.info.isDirectory) {
      if (request.path.endsWith("/")) throw new HttpError(404, "This is a file, not a folder.");
      return yield* this.#answerFile(request, found);
    }
    if (!request.path.endsWith("/")) {
      const location = `/${
        segments.map((segment) => `${encodeURIComponent(segment)}/`).join("")
      }${request.query}`;
      return answerTo(request, 301, { Location: location });
    }
    try {
      const index = yield* this.#find([...segments, "index.html"]);
      if (index.info.isFile) return yield* this.#answerFile(request, index);
    } catch (error) {
      if (inHttp(error).status !== 404) throw error;
    }
    const page = listingPage(segments, yield* this.#list(found.path));
    return answerTo(request, 200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }, page);
  }

  /** What is at `segments`. Not found, if there is nothing, or if links lead out of the root. */
  *#find(segments: string[]): bluelet.Coroutine<Found> {
    const path = yield* bluelet.promise(Deno.realPath([this.#root, ...segments].join("/")));
    if (!this.#contains(path)) throw new Deno.errors.NotFound();
    const info = yield* bluelet.promise(Deno.stat(path));
    // Opening a pipe would wait for someone to write to it; devices are no one's business.
    if (!info.isFile && !info.isDirectory) throw new Deno.errors.NotFound();
    return { path, info };
  }

  #contains(path: string): boolean {
    const root = this.#root.endsWith("/") ? this.#root : `${this.#root}/`; // of the root of all folders, "/"
    return path === this.#root || path.startsWith(root);
  }

  *#answerFile(request: Request, { path, info }: Found): bluelet.Coroutine<Answer> {
    const type = mime.getType(path) ?? "application/octet-stream";
    const fields = {
      "Content-Type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
      "Last-Modified": (info.mtime ?? new Date(0)).toUTCString(),
      "Accept-Ranges": "bytes",
    };
    let kept = this.#kept.get(request.path);
    if (kept?.tag !== tagOf(info)) {
      this.#forget(request.path);
      kept = undefined;
    }
    // Shielded, since a file that is opened after its thread was killed would never be closed.
    const file = kept === undefined ? yield* bluelet.shield(bluelet.promise(Deno.open(path))) : null;
    let handedOver = false;
    try {
      if (file !== null) info = file.statSync(); // it may have changed, but this is the one that is sent
      const tag = tagOf(info);
      const described = { ...fields, ETag: tag };
      if (isUnchanged(request, tag, info)) return answerTo(request, 304, described);

      const content = kept?.content ?? (info.size <= KEEP_SIZE ? yield* wholeOf(file!, info.size) : null);
      if (content !== null) this.#keep(request.path, tag, content, described);
      const range = rangeOf(request, tag, info);
      if (range === "none") {
        throw new HttpError(416, "The file ends before.", { "Content-Range": `bytes */${info.size}` });
      }
      const { from, to } = range ?? { from: 0, to: info.size };
      const status = range === undefined ? 200 : 206;
      const sent = range === undefined
        ? described
        : { ...described, "Content-Range": `bytes ${from}-${to - 1}/${info.size}` };
      if (content !== null) return answerTo(request, status, sent, content.subarray(from, to));
      const answer = answerTo(request, status, sent, { file: file!, from, length: to - from });
      handedOver = answer.rest !== undefined;
      return answer;
    } finally {
      if (!handedOver) file?.close();
    }
  }

  #keep(path: string, tag: string, content: Uint8Array<ArrayBuffer>, fields: Record<string, string>): void {
    this.#forget(path);
    const plain: Request = {
      line: "",
      method: "GET",
      path,
      query: "",
      old: false,
      persistent: true,
      fields: new Map(),
    };
    // Its Date, too, is then right to half a second.
    this.#kept.set(path, {
      tag,
      content,
      checked: Date.now(),
      answer: answerTo(plain, 200, fields, content),
    });
    this.#size += content.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= KEEP_ALL && this.#kept.size <= KEEP_FILES) break;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    this.#size -= this.#kept.get(path)?.content.length ?? 0;
    this.#kept.delete(path);
  }

  /** What there is to see in a folder; what cannot be looked at is left out. */
  *#list(folder: string): bluelet.Coroutine<Listed[]> {
    const names = yield* bluelet.promise(Array.fromAsync(Deno.readDir(folder), (entry) => entry.name));
    const entries: Listed[] = [];
    const inside = folder.slice(this.#root.length).split("/").filter((segment) => segment !== "");
    for (const name of names) {
      try {
        const { info } = yield* this.#find([...inside, name]);
        entries.push({ name, folder: info.isDirectory, size: info.size, changed: info.mtime });
      } catch (error) {
        if (inHttp(error).status >= 500) throw error;
      }
    }
    return entries;
  }
}

/** The names on the way to what `path` asks for. */
function segmentsOf(path: string): string[] {
  if (!path.startsWith("/")) throw new HttpError(400, "A path begins with a slash.");
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw new HttpError(400, "The path's percent-encoding is malformed.");
  }
  if (decoded.includes("\0")) throw new HttpError(400, "A path has no NUL.");
  const segments: string[] = [];
  for (const segment of decoded.split(Deno.build.os === "windows" ? /[/\\]/ : "/")) {
    if (segment === "..") {
      if (segments.pop() === undefined) throw new HttpError(400, "The path leads out of the site.");
    } else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments;
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

/** What the file system says, in HTTP's words. A kill is none of its errors, and is thrown on. */
function inHttp(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof bluelet.ThreadKilledError) throw error;
  const { NotFound, NotADirectory, FilesystemLoop, PermissionDenied, NotCapable } = Deno.errors;
  const code = (error as { code?: unknown }).code;
  if (
    [NotFound, NotADirectory, FilesystemLoop].some((type) => error instanceof type) || code === "ENAMETOOLONG"
  ) {
    return new HttpError(404, "There is nothing here.");
  }
  if (error instanceof PermissionDenied || error instanceof NotCapable) {
    return new HttpError(403, "This may not be read.");
  }
  if (code === "EMFILE" || code === "ENFILE") {
    return new HttpError(503, "Too many files are open. Try again.");
  }
  return new HttpError(500, "It could not be read.");
}

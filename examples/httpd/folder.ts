/**
 * The folder that is served: what is in it, and what of that anybody may see. Links may not lead out of it, and
 * names that begin with a dot are hidden (`.git`, `.env`), but for `.well-known` (RFC 8615).
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import type { Listed } from "./listing.ts";
import { HttpError } from "./requests.ts";

/** A file or folder that is there. */
export interface Found {
  /** Its real path: all links followed. */
  path: string;
  info: Deno.FileInfo;
}

/** A folder, and all that is in it. */
export class Folder {
  readonly #root: string;
  readonly #hidden: boolean;

  /** `root` is a real path; `hidden` says whether hidden names are shown as well. */
  constructor(root: string, hidden: boolean) {
    this.#root = root;
    this.#hidden = hidden;
  }

  /** What is at `segments`. Not found, if there is nothing that may be seen. */
  *find(segments: string[]): bluelet.Coroutine<Found> {
    if (!this.#hidden && segments.some(isHidden)) throw new Deno.errors.NotFound();
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

  /** What there is to see in the folder at `segments`, which was found; what cannot be looked at is left out. */
  *list(segments: string[], { path }: Found): bluelet.Coroutine<Listed[]> {
    const names = yield* bluelet.promise(Array.fromAsync(Deno.readDir(path), (entry) => entry.name));
    const entries: Listed[] = [];
    for (const name of names) {
      try {
        const { info } = yield* this.find([...segments, name]);
        entries.push({ name, folder: info.isDirectory, size: info.size, changed: info.mtime });
      } catch (error) {
        if (inHttp(error).status >= 500) throw error;
      }
    }
    return entries;
  }
}

function isHidden(name: string): boolean {
  return name.startsWith(".") && name !== ".well-known";
}

/** The names on the way to what `path` asks for. */
export function segmentsOf(path: string): string[] {
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

/** What the file system says, in HTTP's words. A kill is none of its errors, and is thrown on. */
export function inHttp(error: unknown): HttpError {
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

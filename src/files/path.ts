/**
 * Paths, as programs give them.
 *
 * @module
 */

import { describe } from "../core/mod.ts";

/** `path` as a string, of a `file:` URL too. Throws `TypeError`, which names the `caller`, if it is neither. */
export function pathFrom(path: unknown, caller: string): string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  if (path instanceof URL && path.protocol === "file:") return decodeURIComponent(path.pathname);
  throw new TypeError(`${caller} takes a path, or a URL that begins with file:; got ${describe(path)}.`);
}

/** The folder that `path` is in, and the name that it has there. */
export function splitPath(path: string): { folder: string; name: string } {
  const [, folder = "", name = ""] = /^(.*?\/?)([^/]*)\/*$/s.exec(path) ?? [];
  return { folder: folder === "" ? "." : folder.replace(/(?<=.)\/+$/, ""), name };
}

/**
 * What a request makes its answer depend on: the version that the client has, and the part that it wants
 * (RFC 9110, sections 13 and 14).
 *
 * @module
 */

import type { Request } from "./requests.ts";

type Dated = Pick<Deno.FileInfo, "size" | "mtime">;

/** Whether the client has this very version already. */
export function isUnchanged({ fields }: Request, tag: string, { mtime }: Dated): boolean {
  const tags = fields.get("if-none-match");
  if (tags !== undefined) {
    return tags === "*" || tags.split(",").some((each) => each.trim().replace(/^W\//, "") === tag);
  }
  const since = fields.get("if-modified-since");
  return since !== undefined && mtime !== null && inSeconds(mtime) <= Date.parse(since);
}

/**
 * The part that the client wants, `to` exclusive; `undefined` for the whole, also if it wants several parts,
 * or a part of another version; `"none"` if the part lies beyond the end.
 */
export function rangeOf(request: Request, tag: string, { size, mtime }: Dated) {
  const { fields, method } = request;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(fields.get("range") ?? "") ?? [];
  if (method !== "GET" || first === undefined || last === undefined || first === "" && last === "") {
    return undefined;
  }
  const version = fields.get("if-range");
  if (version !== undefined && version !== tag) {
    if (mtime === null || Date.parse(version) !== inSeconds(mtime)) return undefined;
  }
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < from) return undefined; // backwards, which counts as malformed
  return from >= size ? "none" : { from, to };
}

/** HTTP's dates have no milliseconds. */
function inSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

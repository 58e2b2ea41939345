/**
 * What a request makes its answer depend on: the version that the client has, and the part that it wants
 * (RFC 9110, sections 13 and 14).
 *
 * @module
 */

import type { Request } from "./requests.ts";

/** What tells one version of a page from another; a page that is made anew for each request has neither. */
export interface Version {
  tag?: string;
  changed?: Date | null;
}

/** The fields that make an answer depend on something. */
export const CONDITIONS = [
  "if-match",
  "if-unmodified-since",
  "if-none-match",
  "if-modified-since",
  "range",
];

/** 412 if the client wants another version than there is, 304 if it has this very version, and else 200. */
export function statusFor({ fields }: Request, { tag, changed }: Version): 200 | 304 | 412 {
  const wanted = fields.get("if-match"), owned = fields.get("if-none-match");
  const time = inSeconds(changed);
  if (wanted !== undefined ? !names(wanted, tag) : time > dateIn(fields.get("if-unmodified-since"))) {
    return 412;
  }
  // Here weak tags will do. Both comparisons are false if there is no date.
  const has = owned !== undefined
    ? names(owned.replaceAll('W/"', '"'), tag)
    : time <= dateIn(fields.get("if-modified-since"));
  return has ? 304 : 200;
}

/** Whether a list of tags is of all, or has `tag` in it. */
function names(tags: string, tag: string | undefined): boolean {
  if (tags === "*") return true;
  return tags.matchAll(/(?:W\/)?"[^"]*"/g).some(([each]) => each === tag);
}

/**
 * The part that the client wants, `to` exclusive; `undefined` for the whole, also if it wants several parts,
 * or a part of another version; `"none"` if the part lies beyond the end.
 */
export function rangeOf({ fields, method }: Request, { tag, changed }: Version, size: number) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(fields.get("range") ?? "") ?? [];
  if (method !== "GET" || first === undefined || last === undefined || first === "" && last === "") {
    return undefined;
  }
  const version = fields.get("if-range");
  if (version !== undefined && version !== tag && dateIn(version) !== inSeconds(changed)) return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < from) return undefined; // backwards, which counts as malformed
  return from >= size ? "none" : { from, to };
}

/** HTTP's dates in the form that all now send, and in the two older ones (RFC 9110, section 5.6.7). */
const DATE =
  /^(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\w{6,9}, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT|(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}))$/;

/** In milliseconds; `NaN` if there is none, or something else: `Date.parse` alone would take nearly anything. */
function dateIn(value: string | undefined): number {
  const [, date, zoneless] = DATE.exec(value ?? "") ?? [];
  return Date.parse(zoneless === undefined ? date ?? "" : `${zoneless} GMT`);
}

/** HTTP's dates have no milliseconds. */
function inSeconds(date: Date | null | undefined): number {
  return Math.floor((date?.getTime() ?? NaN) / 1000) * 1000;
}

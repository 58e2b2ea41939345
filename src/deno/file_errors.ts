/**
 * Deno's errors of files in the library's words.
 *
 * @module
 */

import { FileError } from "../files/mod.ts";

/** The system's name for each error of the runtime that has no `code` of its own. */
const codes = (): readonly [new (...args: never[]) => Error, string][] => [
  [Deno.errors.NotFound, "ENOENT"],
  [Deno.errors.AlreadyExists, "EEXIST"],
  [Deno.errors.PermissionDenied, "EACCES"],
  [Deno.errors.IsADirectory, "EISDIR"],
  [Deno.errors.NotADirectory, "ENOTDIR"],
  [Deno.errors.FilesystemLoop, "ELOOP"],
  [Deno.errors.Busy, "EBUSY"],
  [Deno.errors.WouldBlock, "EAGAIN"],
  [Deno.errors.BrokenPipe, "EPIPE"],
  [Deno.errors.NotSupported, "ENOTSUP"],
  [TypeError, "EINVAL"],
];

/** Those that have neither, by what Deno's message ends with, on Linux. */
const NUMBERS: Record<string, string> = { "26": "ETXTBSY", "28": "ENOSPC", "29": "ESPIPE", "122": "EDQUOT" };

/** `error`, which `doing` something to `path` came to, as a `FileError`; a missing permission as it is. */
export function fileError(error: unknown, doing: string, path: string): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const own = (error as { code?: unknown }).code;
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1] ?? "";
  const code = typeof own === "string"
    ? own
    : codes().find(([type]) => error instanceof type)?.[1] ?? NUMBERS[number] ?? "EIO";
  return new FileError(doing, path, { code, cause: error });
}

/**
 * The error of files.
 *
 * @module
 */

/** Something could not be done with a file; `code` says why, in the system's own words, and `cause` is the host's error. */
export class FileError extends Error {
  /** The name of the class. */
  override readonly name = "FileError";
  /** `"ENOENT"`, `"EEXIST"`, `"EACCES"`, `"EISDIR"`, `"ENOTDIR"`, `"ENOSPC"`, ... */
  readonly code: string;
  /** The file's path, as the program gave it. */
  readonly path: string;

  /** Makes the error: `doing` names the operation, `path` the file, and `code` is the system's reason. */
  constructor(doing: string, path: string, options: { code: string; cause?: unknown }) {
    const { code, cause } = options;
    super(`${doing} ${path} failed (${code})${ADVICE[code] === undefined ? "" : `: ${ADVICE[code]}`}.`, {
      cause,
    });
    this.code = code;
    this.path = path;
  }
}

/** What to do about an error, by its code. */
const ADVICE: Record<string, string> = {
  EACCES: "the system does not allow it: look at who owns it, and at its mode",
  EBADF: 'it was not opened for that: "r" reads, "w", "a" and "x" write, "r+" does both',
  EBUSY: "something else is using it",
  EEXIST: "there is something of that name already",
  EFBIG: "it would be larger than files can be there",
  EISDIR: "it is a folder",
  ELOOP: "it is a link that leads back to itself",
  EMFILE: "too many files are open: close some, or raise the limit (ulimit -n)",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is no folder",
  ENOTEMPTY: "the folder is not empty: { recursive: true } removes what is in it, too",
  EPERM: "the system does not allow it",
  EROFS: "the disk can only be read",
  ESPIPE: "it has no positions: it can only be read or written from its beginning to its end",
  ETXTBSY: "it is a program that is running",
  EXDEV: "that is another disk: write it there, then remove it here",
};

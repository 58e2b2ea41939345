/**
 * Turns the promises of a `Deno.FsFile` into completions, and its one position into any.
 *
 * @module
 */

import type { FileHandle, FileInfo } from "../files/mod.ts";
import type { Completion } from "../streams/mod.ts";
import { fileError } from "./file_errors.ts";

/** What the library says of a file. */
export function infoOf(info: Deno.FileInfo): FileInfo {
  const { isFile, isDirectory, isSymlink, size, mtime, mode, dev, ino } = info;
  return { isFile, isDirectory, isSymlink, size, mtime, mode, dev, ino };
}

/** A `Deno.FsFile` as a handle. */
export class DenoFileHandle implements FileHandle {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #appends: boolean;
  /** Where the system's position is. While it is where it has to be nothing is sought, which a pipe could not. */
  #at = 0;

  /** Takes `file` over. */
  constructor(file: Deno.FsFile, path: string, appends: boolean) {
    this.#file = file;
    this.#path = path;
    this.#appends = appends;
  }

  /** Reads. */
  read(position: number, into: Uint8Array, completion: Completion<number | null>): void {
    this.#moved(
      position,
      (count: number | null) => count ?? 0,
      () => this.#file.read(into),
      "Reading",
      completion,
    );
  }

  /** Writes. */
  write(position: number, data: Uint8Array, completion: Completion<number>): void {
    const at = this.#appends ? this.#at : position;
    this.#moved(at, (count: number) => count, () => this.#file.write(data), "Writing", completion);
  }

  /** Looks at it. */
  stat(completion: Completion<FileInfo>): void {
    this.#operation(async () => infoOf(await this.#file.stat()), "Looking at", completion);
  }

  /** Sets its size. */
  truncate(size: number, completion: Completion<void>): void {
    this.#operation(() => this.#file.truncate(size), "Setting the size of", completion);
  }

  /** Syncs it. */
  sync(completion: Completion<void>): void {
    this.#operation(() => this.#file.sync(), "Syncing", completion);
  }

  /** Closes it. */
  close(): void {
    this.#file.close();
  }

  #moved<T>(
    position: number,
    countOf: (value: T) => number,
    act: () => Promise<T>,
    doing: string,
    completion: Completion<T>,
  ): void {
    this.#operation(
      async () => {
        if (position !== this.#at) this.#at = this.#file.seekSync(position, Deno.SeekMode.Start);
        const value = await act();
        this.#at += countOf(value);
        return value;
      },
      doing,
      completion,
    );
  }

  #operation<T>(act: () => Promise<T>, doing: string, completion: Completion<T>): void {
    act().then(
      (value) => completion.done(value),
      (error) => completion.failed(fileError(error, doing, this.#path)),
    );
  }
}

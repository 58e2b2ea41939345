/**
 * The buffer of bytes that were read and not yet taken: one piece of memory, to the end of which the next read goes.
 *
 * Bytes are handed out without being copied, so memory that was handed out is never written again: when
 * the piece is used up, what is left moves to a new one, at least twice the size of that: a line costs linear
 * time however it arrives, since a search also goes on where the last one ended.
 *
 * @module
 */

/** The size of a read on an idle connection, and the largest on a busy one. */
const LEAST = 1_024, MOST = 65_536;

const NO_MEMORY = new ArrayBuffer(0);

/** Keeps a byte order mark: it is data like any other. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes, first in, first out, with a search that remembers where it was. */
export class ReadBuffer {
  /** The memory; everything before `#start` has been taken, everything from `#end` on is free. */
  #memory = NO_MEMORY;
  /** The memory's size: asking the memory itself is a call. */
  #capacity = 0;
  #start = 0;
  #end = 0;
  /** Whether bytes before `#start` were handed out, so that their place must not be used again. */
  #lent = false;
  /** The size of the next piece of memory. It grows when reads come back full. */
  #appetite = LEAST;
  /** The place up to which the last search found nothing, and the delimiter that it looked for. */
  #searched = 0;
  #sought: Uint8Array | null = null;

  /** How many bytes there are. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Hot path: memory for the next read, at most `atMost` bytes. Nothing may move until `filled` is called. */
  space(atMost: number = MOST): Uint8Array<ArrayBuffer> {
    const held = this.#end - this.#start;
    if (held === 0 && !this.#lent) this.#start = this.#end = this.#searched = 0;
    const room = this.#capacity - this.#end;
    const wanted = Math.min(this.#appetite, atMost);
    if (
      room < wanted && room < this.#appetite >> 2 ||
      // A piece that is empty and far too big would be held for nothing by a read that may take hours.
      held === 0 && this.#capacity > 4 * this.#appetite ||
      // The program has transferred the last bytes that it got, and the rest of their memory with them.
      held === 0 && this.#lent && this.#memory.detached
    ) {
      this.#move(Math.max(held + wanted, 2 * held));
    }
    const left = this.#capacity - this.#end;
    return new Uint8Array(this.#memory, this.#end, Math.min(left, this.#appetite, atMost));
  }

  /** Hot path: a read of `asked` bytes brought `count`. */
  filled(count: number, asked: number): void {
    this.#end += count;
    if (count === asked) this.#appetite = Math.min(MOST, 2 * this.#appetite);
    else while (this.#appetite > LEAST && 8 * count <= this.#appetite) this.#appetite >>= 1;
  }

  /** Hot path: takes the first `count` bytes. They are the caller's for good, the rest of their memory is not. */
  take(count: number): Uint8Array<ArrayBuffer> {
    if (count === 0) return new Uint8Array(0); // in memory of its own, which the program may transfer
    const bytes = new Uint8Array(this.#memory, this.#start, count);
    this.#start += count;
    this.#lent = true;
    return bytes;
  }

  /** Takes the first `count` bytes as text. */
  takeText(count: number): string {
    const text = decoder.decode(new Uint8Array(this.#memory, this.#start, count));
    this.#start += count;
    return text;
  }

  /** How many bytes there are up to the end of the first `delimiter`, or -1 if it has not come yet. */
  find(delimiter: Uint8Array): number {
    if (this.length === 0) return -1; // and the memory may have been transferred away
    let from = this.#start;
    if (this.#sought !== null && same(this.#sought, delimiter)) from = Math.max(from, this.#searched);
    const bytes = new Uint8Array(this.#memory, 0, this.#end);
    const first = delimiter[0]!;
    for (;;) {
      from = bytes.indexOf(first, from);
      const after = from + delimiter.length;
      if (from < 0 || after > this.#end) break;
      if (startsWith(bytes, delimiter, from)) return after - this.#start;
      from++;
    }
    this.#searched = from < 0 ? this.#end : from;
    this.#sought = delimiter;
    return -1;
  }

  /** Moves what is left to a new piece of memory of `size` bytes. */
  #move(size: number): void {
    const memory = new ArrayBuffer(size);
    if (this.#end > this.#start) {
      new Uint8Array(memory).set(new Uint8Array(this.#memory, this.#start, this.#end - this.#start));
    }
    this.#searched = Math.max(0, this.#searched - this.#start);
    this.#end -= this.#start;
    this.#start = 0;
    this.#memory = memory;
    this.#capacity = size;
    this.#lent = false;
  }
}

function startsWith(bytes: Uint8Array, what: Uint8Array, at: number): boolean {
  for (let i = 1; i < what.length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || a.length === b.length && startsWith(a, b, 0) && a[0] === b[0];
}

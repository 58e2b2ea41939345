/**
 * Messages over a byte stream: a head, and the pieces of a body, each with its length before it.
 *
 * @module
 */

import type { Transport } from "../../net/mod.ts";

/** How many bytes of a body go in one frame. */
const MOST = 65_536;

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** One connection. At most one read and one write are in flight. */
export class FrameStream {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  writeHead(head: unknown): Promise<void> {
    return this.#write(encoder.encode(JSON.stringify(head)));
  }

  async readHead<T>(): Promise<T> {
    const head = await this.#readFrame();
    if (head === null) throw new Error("The connection was closed before the head had come.");
    return JSON.parse(decoder.decode(head)) as T;
  }

  /** Writes what `body` brings; if that fails, so does this, and the end of the body is not written. */
  async writeBody(body: ReadableStream<Uint8Array> | null): Promise<void> {
    if (body !== null) {
      const reader = body.getReader();
      try {
        for (let next; !(next = await reader.read()).done;) {
          for (let at = 0; at < next.value.length; at += MOST) {
            await this.#write(next.value.subarray(at, at + MOST));
          }
        }
      } catch (error) {
        await reader.cancel(error).catch(() => {});
        throw error;
      }
    }
    await this.#write(new Uint8Array());
  }

  /** The body that comes. Calls `over` when all of it has been read, or nobody wants it any more. */
  body(over: () => void): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const frame = await this.#readFrame();
        if (frame === null) throw new TypeError("The connection was closed before the body was whole.");
        if (frame.length > 0) return controller.enqueue(frame);
        controller.close();
        over();
      },
      cancel: () => over(),
    }, { highWaterMark: 0 });
  }

  /** Waits until the other end is closed. */
  async ended(): Promise<void> {
    try {
      while (await this.#read(new Uint8Array(1)) !== null);
    } catch {
      // Broken, and so ended.
    }
  }

  close(): void {
    this.#transport.close();
  }

  async #readFrame(): Promise<Uint8Array | null> {
    const length = await this.#readExactly(4);
    return length && await this.#readExactly(new DataView(length.buffer).getUint32(0));
  }

  /** `null` at the end of the stream. */
  async #readExactly(count: number): Promise<Uint8Array | null> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const read = await this.#read(bytes.subarray(at));
      if (read === null) return null;
      at += read;
    }
    return bytes;
  }

  async #write(frame: Uint8Array): Promise<void> {
    const bytes = new Uint8Array(4 + frame.length);
    new DataView(bytes.buffer).setUint32(0, frame.length);
    bytes.set(frame, 4);
    for (let at = 0; at < bytes.length;) at += await this.#writeSome(bytes.subarray(at));
  }

  #read(into: Uint8Array): Promise<number | null> {
    return new Promise((done, failed) => this.#transport.read(into, { done, failed }));
  }

  #writeSome(data: Uint8Array): Promise<number> {
    return new Promise((done, failed) => this.#transport.write(data, { done, failed }));
  }
}

/**
 * The signatures of the stream tools that the tests and the examples use, each no wider than the original's.
 *
 * @module
 */

/** What becomes of a delimiter: it ends its chunk, begins the next one, or is dropped (the default). */
export type DelimiterDisposition = "suffix" | "prefix" | "discard";

/** Bytes, cut at `delimiter`. */
export class DelimiterStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(delimiter: Uint8Array, options?: { disposition?: DelimiterDisposition });
}

/** Text, cut at `delimiter`. */
export class TextDelimiterStream extends TransformStream<string, string> {
  constructor(delimiter: string, options?: { disposition?: DelimiterDisposition });
}

/** Text, cut into lines; the line endings, `\n` and `\r\n`, are dropped, and `\r` too under `allowCR`. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options?: { allowCR?: boolean });
}

/** Bytes up to `size`; what is beyond is dropped, or an error under `error`. */
export class LimitedBytesTransformStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number, options?: { error?: boolean });
}

export function concatReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export function mergeReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export function zipReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export function earlyZipReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export function toArrayBuffer(readableStream: ReadableStream<Uint8Array>): Promise<ArrayBuffer>;
export function toBlob(stream: ReadableStream<Uint8Array>): Promise<Blob>;
export function toJson(stream: ReadableStream): Promise<unknown>;
export function toText(stream: ReadableStream): Promise<string>;

/**
 * Byte streams: reading and writing with buffers, files as streams, the platform's own streams, and the inbox, on
 * which every operation that outlives its thread is built.
 *
 * @module
 */

export { Inbox, InboxEvent } from "./inbox.ts";
export { OperationEvent } from "./operation.ts";
export { belongs } from "../sync/mod.ts";
export type { Completion } from "./completion.ts";

export { type ByteSource, type Owner, ReadHalf, ReadHalfEvent } from "./read_half.ts";
export { checkedSize, type LineOptions } from "./read_events.ts";
export { ReadAllEvent, type ReadAllOptions } from "./read_all.ts";
export { ReadExactlyEvent, ReadLineEvent, ReadUntilEvent, ReceiveEvent } from "./read_events.ts";
export { type ByteSink, bytesOf, type Sender, SendEvent, WriteHalf } from "./write_half.ts";

export type { ByteReader, ByteWriter } from "./byte_streams.ts";
export { reader, writer } from "./reader.ts";
export { StreamReader } from "./stream_reader.ts";
export { StreamWriter } from "./stream_writer.ts";
export { lines } from "./lines.ts";
export { InFlight } from "./in_flight.ts";
export { read, ReadEvent, write, WriteEvent } from "./file.ts";
export type { Reader, Writer } from "./sources.ts";
export { type StreamPair, type StreamSource, toStreams } from "./web_streams.ts";

export {
  LineTooLongError,
  SocketBusyError,
  SocketClosedError,
  SocketError,
  UnexpectedEofError,
} from "./errors.ts";

/**
 * Byte streams: reading and writing with buffers, files as streams, the platform's own streams, and the inbox that
 * every operation stands on which outlives its thread.
 *
 * @module
 */

export { Inbox, InboxEvent } from "./inbox.ts";
export { OperationEvent } from "./operation.ts";
export { belongs } from "../sync/mod.ts";
export type { Completion } from "./completion.ts";

export { type ByteSource, type Owner, ReadHalf, ReadHalfEvent } from "./read_half.ts";
export { checkedSize, type LineOptions } from "./read_events.ts";
export { ReadExactlyEvent, ReadLineEvent, ReadUntilEvent, ReceiveEvent } from "./read_events.ts";
export { type ByteSink, bytesOf, type Sender, SendEvent, WriteHalf } from "./write_half.ts";

export { read, type Reader, ReadEvent, write, WriteEvent, type Writer } from "./file.ts";
export { type StreamPair, type StreamSource, toStreams } from "./web_streams.ts";

export {
  LineTooLongError,
  SocketBusyError,
  SocketClosedError,
  SocketError,
  UnexpectedEofError,
} from "./errors.ts";

/**
 * Green threads for Deno, written as generators.
 *
 * A thread yields events; the scheduler performs them and resumes the thread with the result. Programs read
 * like sequential code, run concurrently in one thread of the operating system, and can be killed and timed
 * out without leaking anything.
 *
 * @example An echo server
 * ```ts ignore
 * import * as bluelet from "@x/bluelet";
 *
 * function* echoer(conn: bluelet.Connection) {
 *   while (true) {
 *     const data = yield* conn.recv(1024);
 *     if (!data) break;
 *     yield* conn.sendall(data);
 *   }
 * }
 * await bluelet.run(bluelet.server("", 4915, echoer));
 * ```
 *
 * @module
 */

import { setDefaultHost } from "./src/core/mod.ts";
import { denoHost } from "./src/deno/mod.ts";

setDefaultHost(denoHost);

// Threads: running them, starting them, letting time pass.
export {
  call,
  current,
  end,
  join,
  kill,
  null,
  promise,
  run,
  sleep,
  spawn,
  start,
  suspend,
} from "./src/core/mod.ts";
export { Scheduler, Thread, trailOf } from "./src/core/mod.ts";
export type {
  Coroutine,
  CoroutineFunction,
  Named,
  PromiseSource,
  Run,
  RunOptions,
  SchedulerOptions,
  Started,
  SuspendOptions,
  SuspendSetup,
  Task,
  ThreadState,
  Trace,
  Yieldable,
} from "./src/core/mod.ts";
export { type DenoHost, denoHost, main, type MainOptions } from "./src/deno/mod.ts";

// Structure: scopes, deadlines, clean-up, combinators.
export {
  all,
  allSettled,
  any,
  Deadline,
  defer,
  moveOnAfter,
  race,
  Scope,
  scope,
  select,
  shield,
  timeout,
} from "./src/core/mod.ts";
export type {
  ScopeOptions,
  Selected,
  SelectedOf,
  SelectOptions,
  Supervisor,
  TaskResult,
  TaskResults,
  TimedTask,
} from "./src/core/mod.ts";
export { isKill, killed } from "./src/core/mod.ts";

// Between threads: channels, locks, pools, locals.
export {
  Barrier,
  Broadcast,
  Channel,
  Condition,
  Deferred,
  Flag,
  Local,
  Lock,
  Pool,
  Queue,
  RWLock,
  Semaphore,
  withLock,
} from "./src/sync/mod.ts";
export type {
  BarrierOptions,
  BroadcastOptions,
  ChannelOptions,
  DeferredOptions,
  FlagOptions,
  LockOptions,
  Overflow,
  PoolFunction,
  PoolOptions,
  QueueOptions,
  RWLockOptions,
  SemaphoreOptions,
  SubscribeOptions,
} from "./src/sync/mod.ts";

// Time and flow: ticks, attempts, rates.
export { every, RateLimiter, retry } from "./src/sync/mod.ts";
export type { EveryOptions, RateLimiterOptions, RetryOptions } from "./src/sync/mod.ts";

// Bridges to the platform: its events, signals, streams and asynchronous iterables.
export {
  aborted,
  abortSignal,
  bridge,
  events,
  fromAsyncIterable,
  toAsyncIterable,
  toReadableStream,
  toWritableStream,
  withSignal,
} from "./src/sync/mod.ts";
export type { AsyncSource, BridgeOptions, Callbacks, EventsOptions } from "./src/sync/mod.ts";
export { toStreams } from "./src/streams/mod.ts";
export type { StreamPair, StreamSource } from "./src/streams/mod.ts";

// Network and files: connections, listeners, servers, datagrams, names, reading and writing.
export { connect, Connection, Listener, server } from "./src/net/mod.ts";
export type {
  Address,
  ConnectOptions,
  Endpoint,
  Handler,
  ListenOptions,
  Network,
  NetworkHost,
  ServerOptions,
  Transport,
  TransportListener,
  UnixPath,
} from "./src/net/mod.ts";
export { startTls } from "./src/net/mod.ts";
export type {
  Tls,
  TlsClientSettings,
  TlsLayer,
  TlsOptions,
  TlsServerOptions,
  TlsSession,
} from "./src/net/mod.ts";
export { DatagramSocket, datagramSocket, lookup, resolve } from "./src/net/mod.ts";
export type {
  Datagram,
  DatagramEndpoint,
  DatagramOptions,
  DatagramReceiver,
  Datagrams,
  DatagramTransport,
  DnsQuestion,
  DnsRecords,
  InternetAddress,
  MxRecord,
  Names,
  ResolveOptions,
  SrvRecord,
} from "./src/net/mod.ts";
export { lines, read, reader, write, writer } from "./src/streams/mod.ts";
export type {
  ByteReader,
  ByteSink,
  ByteSource,
  ByteWriter,
  Completion,
  InboxEvent,
  LineOptions,
  ReadAllOptions,
  Reader,
  ReadHalfEvent,
  Writer,
} from "./src/streams/mod.ts";

// Files: open ones, whole ones, folders, watching.
export {
  File,
  list,
  makeDir,
  open,
  readFile,
  readTextFile,
  remove,
  rename,
  stat,
  watch,
  writeFile,
} from "./src/files/mod.ts";
export type {
  ChangeKind,
  FileChange,
  FileHandle,
  FileInfo,
  Files,
  FolderEntry,
  OpenMode,
  Watcher,
  WatchOptions,
  WriteFileOptions,
} from "./src/files/mod.ts";

// Processes and signals: programs to start, and what this one is told.
export { command, output, signals, Subprocess } from "./src/process/mod.ts";
export type {
  CommandOptions,
  ExitStatus,
  InputPipe,
  OutputOptions,
  OutputPipe,
  Processes,
  ProcessHandle,
  ProcessOutput,
  ProcessSpec,
  Signals,
  Stdio,
} from "./src/process/mod.ts";

// Your own: the one concept that all of these are made of.
export { Event, Mark, SUSPENDED, Timer, Waiter, WaitList } from "./src/core/mod.ts";
export type { Alarm, Capability, Host, InContext, Outcome, Wait } from "./src/core/mod.ts";

// The classes of Bluelet's events.
export {
  DelegationEvent,
  ExceptionEvent,
  JoinEvent,
  KillEvent,
  ReturnEvent,
  SleepEvent,
  SpawnEvent,
  ValueEvent,
  WaitableEvent,
} from "./src/core/mod.ts";
export { AcceptEvent } from "./src/net/mod.ts";
export { ReadEvent, ReceiveEvent, SendEvent, WriteEvent } from "./src/streams/mod.ts";

// Errors.
export { TlsError } from "./src/net/mod.ts";
export { FileError } from "./src/files/mod.ts";
export { ProcessError } from "./src/process/mod.ts";
export { DeadlockError, InterruptError, ThreadKilledError, TimeoutError } from "./src/core/mod.ts";
export { ChannelClosedError } from "./src/sync/mod.ts";
export {
  LineTooLongError,
  SocketBusyError,
  SocketClosedError,
  SocketError,
  UnexpectedEofError,
} from "./src/streams/mod.ts";

/**
 * Threads that talk: channels, queues, locks, pools, locals, and bridges to the platform's own streams.
 *
 * @module
 */

export { Channel, type ChannelOptions } from "./channel.ts";
export { Broadcast, type BroadcastOptions, type Overflow, type SubscribeOptions } from "./broadcast.ts";
export { Fifo } from "./fifo.ts";
export { Queue, type QueueOptions } from "./queue.ts";

export { Lock, type LockOptions } from "./lock.ts";
export { RWLock, type RWLockOptions } from "./rw_lock.ts";
export { Semaphore, type SemaphoreOptions } from "./semaphore.ts";
export { withLock } from "./with_lock.ts";
export { Condition } from "./condition.ts";
export { Flag, type FlagOptions } from "./flag.ts";
export { Deferred, type DeferredOptions } from "./deferred.ts";
export { Barrier, type BarrierOptions } from "./barrier.ts";

export { Pool, type PoolFunction, type PoolOptions } from "./pool.ts";
export { Local } from "./local.ts";

export { every, type EveryOptions } from "./every.ts";
export { retry, type RetryOptions } from "./retry.ts";
export { RateLimiter, type RateLimiterOptions } from "./rate_limiter.ts";

export { belongs } from "./belongings.ts";

export { toAsyncIterable, toReadableStream, toWritableStream } from "./to_web_streams.ts";
export { Bridge, type BridgeOptions } from "./bridge.ts";
export { bridge, type Callbacks } from "./callbacks.ts";
export { type AsyncSource, fromAsyncIterable } from "./from_async_iterable.ts";
export { events, type EventsOptions } from "./events.ts";
export { aborted, abortSignal, withSignal } from "./abort.ts";

export { ChannelClosedError } from "./errors.ts";

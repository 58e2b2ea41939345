/**
 * The error of a channel that was closed.
 *
 * @module
 */

/** A value was sent to a closed channel, or asked of one that is closed and empty. */
export class ChannelClosedError extends Error {
  /** The name of the class. */
  override readonly name = "ChannelClosedError";
}

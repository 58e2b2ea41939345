/**
 * Permissions, which the host knows about and `node:` modules do not.
 *
 * @module
 */

/**
 * Throws if the program may not talk to `hostname`, at `port` or, without one, look it up. A host asks the runtime before a
 * `node:` module does: what those throw for want of a permission cannot always be caught.
 */
export type Permit = (hostname: string, port?: number) => void;

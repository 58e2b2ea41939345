/**
 * What a client, and all clients together, may make the server hold. Nothing here grows beyond these numbers,
 * whatever is sent; most are the defaults of MPD itself.
 *
 * @module
 */

/** The most clients at a time; a new one takes the place of the one that has been silent for longest. */
export const CLIENTS = 200;
/** Seconds that a client may be silent outside of `idle`, and may take to read one piece of an answer. */
export const SILENCE = 60, SLOWNESS = 20;
/** The most bytes of a request. */
export const LINE = 8_192;
/** The most bytes of a command list, and of the lists that all clients have begun and not ended. */
export const LIST = 2 * 1_048_576, LISTS = 32 * 1_048_576;
/** How many characters of an answer are sent at once: of a longer one, no more than this is ever held. */
export const PIECE = 16_384;
/** The most entries of the queue. */
export const QUEUE = 16_384;
/** The most songs of the library, the most folders, and how deep these may be nested. */
export const SONGS = 50_000, FOLDERS = 20_000, DEPTH = 32;
/** Milliseconds for which the commands of one client may run before the other clients have a turn. */
export const TURN = 5;
/** The greatest number that clients can be expected to know. */
export const NUMBER = 2 ** 31 - 1;

/**
 * Addresses as they are written in pages and in `Location` headers: by anybody, so in any form.
 *
 * @module
 */

/** The longest address that is followed, in characters. */
export const LONGEST_ADDRESS = 2048;

/** What an address turned out to be: one to fetch, a broken one, or one of another kind, such as `mailto:`. */
export type Address = { url: string } | { problem: string } | { scheme: string };

/** Makes a whole address of `written`, which was found in a document whose links are relative to `base`. */
export function addressOf(written: string, base: string): Address {
  // A long address of another kind, such as a picture in a `data:` URL, is none of our business.
  const tooLong = written.length > LONGEST_ADDRESS;
  const url = URL.parse(tooLong ? written.slice(0, LONGEST_ADDRESS) : written, base);
  if (url === null) return { problem: "no valid address" };
  if (url.protocol !== "http:" && url.protocol !== "https:") return { scheme: url.protocol };
  url.hash = ""; // the same page
  url.username = url.password = ""; // a page that we are sent to has no say in who we are
  if (tooLong || url.href.length > LONGEST_ADDRESS) {
    return { problem: `an address of more than ${LONGEST_ADDRESS} characters` };
  }
  return { url: url.href };
}

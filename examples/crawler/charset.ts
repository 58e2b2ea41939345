/**
 * From the bytes of a page to its text. Servers and pages say in three ways how they encoded it: by a byte order
 * mark, in `Content-Type`, and in a `<meta>` at the beginning of the page.
 *
 * @module
 */

import sniffEncoding from "html-encoding-sniffer";

/** How many bytes have to have come before the encoding is decided on, as in browsers. */
const ENOUGH = 1024;

/** Decodes a page that comes piece by piece. */
export class PageDecoder {
  readonly #label: string | undefined;
  #decoder: TextDecoder | undefined;
  #beginning = new Uint8Array();

  /** Takes the value of the `Content-Type` header. */
  constructor(contentType: string) {
    this.#label = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
  }

  /** The text of the next bytes; none until enough have come. */
  decode(bytes: Uint8Array): string {
    if (this.#decoder !== undefined) return this.#decoder.decode(bytes, { stream: true });
    const beginning = new Uint8Array(this.#beginning.length + bytes.length);
    beginning.set(this.#beginning);
    beginning.set(bytes, this.#beginning.length);
    this.#beginning = beginning;
    return beginning.length < ENOUGH ? "" : this.#begin().decode(beginning, { stream: true });
  }

  /** The text of what is left, at the end of the page. */
  end(): string {
    return this.#decoder === undefined ? this.#begin().decode(this.#beginning) : this.#decoder.decode();
  }

  #begin(): TextDecoder {
    const options = { transportLayerEncodingLabel: this.#label, defaultEncoding: "UTF-8" };
    return this.#decoder = decoderOf(sniffEncoding(this.#beginning, options));
  }
}

/** The standard knows an encoding that nothing can be decoded from ("replacement"); links can be found anyway. */
function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    return new TextDecoder();
  }
}

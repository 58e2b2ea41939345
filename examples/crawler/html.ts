/**
 * Finding the links of a page while it comes. Nothing is kept of the page but its links, and the work is
 * proportional to its length, whatever is in it.
 *
 * @module
 */

import { Parser } from "htmlparser2";
import { type Coroutine, null as letOthersRun } from "../../mod.ts";
import { LONGEST_ADDRESS } from "./addresses.ts";
import { PageDecoder } from "./charset.ts";
import type { BodyReader } from "./fetching.ts";

/** The most different links that are taken from a page. */
const MOST_LINKS = 2000;
/** How many characters are parsed before other threads get their turn. */
const SLICE = 16_384;

/** Which attribute of an element is a link that a reader of the page would follow. */
const LINKS: Record<string, string> = { a: "href", area: "href", iframe: "src", frame: "src" };

/** Reads an HTML page. */
export class HtmlReader implements BodyReader {
  /** The most bytes that are read of a page. */
  readonly limit = 4_000_000;
  /** The links as they are written. */
  readonly links = new Set<string>();
  /** What the page says that its links are relative to. */
  base: string | undefined;
  /** How many links were one too many. */
  leftOut = 0;

  readonly #decoder: PageDecoder;
  readonly #parser: Parser;

  /** Takes the value of the `Content-Type` header. */
  constructor(contentType: string) {
    this.#decoder = new PageDecoder(contentType);
    let tag = "", attributes: Record<string, string> = {};
    this.#parser = new FlatParser({
      onopentagname: (name) => {
        tag = name;
        attributes = {};
      },
      onattribute: (name, value) => {
        if (name === "href" || name === "src" || name === "http-equiv" || name === "content") {
          attributes[name] ??= value.slice(0, LONGEST_ADDRESS + 1); // the first one counts; one too long shows
        }
      },
      onclosetag: () => this.#tag(tag, attributes),
    });
  }

  /** Parses the next bytes. */
  *read(bytes: Uint8Array): Coroutine {
    yield* this.#parse(this.#decoder.decode(bytes));
  }

  /** Parses the rest. */
  *end(): Coroutine {
    yield* this.#parse(this.#decoder.end());
    this.#parser.end();
  }

  *#parse(text: string): Coroutine {
    for (let start = 0; start < text.length; start += SLICE) {
      this.#parser.write(text.slice(start, start + SLICE));
      yield* letOthersRun();
    }
  }

  #tag(name: string, attributes: Record<string, string>): void {
    const link = attributes[LINKS[name] ?? ""];
    if (link !== undefined) this.#link(link);
    else if (name === "base") this.base ??= attributes.href;
    else if (name === "meta" && attributes["http-equiv"]?.toLowerCase() === "refresh") {
      const target = refreshTarget(attributes.content ?? "");
      if (target !== "") this.#link(target);
    }
  }

  #link(link: string): void {
    if (this.links.size < MOST_LINKS) this.links.add(link);
    else if (!this.links.has(link)) this.leftOut++;
  }
}

/**
 * htmlparser2 keeps a stack of the elements that are open and looks through it at many tags, which takes
 * quadratic time if a page opens 1,000,000 and closes none. Links do not depend on what they are in: here every
 * element ends with its opening tag, and the stack stays empty.
 */
class FlatParser extends Parser {
  protected override isVoidElement(): boolean {
    return true;
  }
}

/** Where `<meta http-equiv="refresh" content="5; url='/next'">` leads to; nothing if the page reloads itself. */
function refreshTarget(content: string): string {
  const start = content.search(/[;,\s]/);
  if (start < 0) return "";
  const target = content.slice(start + 1).trim().replace(/^url\s*=\s*/i, "");
  const quote = target[0];
  return quote === '"' || quote === "'" ? target.slice(1).split(quote, 1)[0]! : target;
}

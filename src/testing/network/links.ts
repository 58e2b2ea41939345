/**
 * The links between the hosts of one world, and the rules that set their options.
 *
 * @module
 */

import { Link, type LinkContext, type LinkOptions } from "./link.ts";

/** Options for the links between two hosts, in both directions; the name `"*"` stands for every host. */
interface LinkRule {
  readonly a: string;
  readonly b: string;
  readonly options: LinkOptions;
}

/** Every link of one world. */
export class Links {
  readonly #context: LinkContext;
  readonly #defaults: LinkOptions;
  readonly #links = new Map<string, Link>();
  /** All rules so far: a link that is made later must follow them too. */
  readonly #rules: LinkRule[] = [];

  /** Makes links that have the options `defaults` where no rule says otherwise. */
  constructor(defaults: LinkOptions, context: LinkContext) {
    this.#defaults = defaults;
    this.#context = context;
  }

  /** The link from one host to another; it is made when it is first asked for. */
  between(from: string, to: string): Link {
    const key = `${from}\n${to}`;
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new Link(from, to, this.#defaults, this.#context);
      for (const rule of this.#rules) if (applies(rule, link)) link.set(rule.options);
      this.#links.set(key, link);
    }
    return link;
  }

  /** Sets options of the links between two hosts, in both directions; `"*"` stands for every host. */
  set(a: string, b: string, options: LinkOptions): void {
    const rule = { a, b, options };
    this.#rules.push(rule);
    for (const link of this.#links.values()) if (applies(rule, link)) link.set(options);
  }
}

function applies({ a, b }: LinkRule, { from, to }: Link): boolean {
  const fits = (pattern: string, name: string) => pattern === "*" || pattern === name;
  return (fits(a, from) && fits(b, to)) || (fits(a, to) && fits(b, from));
}

/**
 * Fetching many pages at once. Compares four ways to do it: one after another, by threads of the operating
 * system (a Web Worker each), by processes (a `deno` each), and by Bluelet. It brings its own slow web site:
 *
 *     deno run --allow-net=127.0.0.1 --allow-run=deno examples/crawler.ts
 *
 * or fetches the addresses that it is given:
 *
 *     deno run --allow-net=example.com --allow-run=deno examples/crawler.ts https://example.com/ https://example.com/?again
 *
 * With `--crawl` it follows the links of a site, and says which are broken (Ctrl-C ends that with a summary):
 *
 *     deno run --allow-net=127.0.0.1 examples/crawler.ts --crawl
 *     deno run --allow-net=example.com examples/crawler.ts --crawl https://example.com/ --depth 2 --concurrency 4
 *
 * `--timeout SECONDS` and `--retries N` say how patient it is with one page, `--pages N` and `--seconds N` when
 * it has had enough of the site.
 *
 * What it shows: promises that are aborted when their thread is killed, so that `fetch` can be timed out;
 * callbacks as something to wait for; pools; an interrupt that is an exception like any other; and long work
 * that lets the other threads have their turns.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { compare } from "./crawler/comparison.ts";
import { crawl, type CrawlOptions } from "./crawler/crawl.ts";
import { withDemoSite } from "./crawler/demo_site.ts";

const USAGE =
  "Usage: crawler.ts [URL...] [--timeout S], or crawler.ts --crawl [URL] [--depth N] [--concurrency N] [--timeout S] [--retries N] [--pages N] [--seconds S]";

/** What the arguments ask for; nothing if they make no sense. */
function programFrom(args: string[]): bluelet.Coroutine<boolean> | undefined {
  const { values, positionals: urls } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      crawl: { type: "boolean", default: false },
      depth: { type: "string", default: "2" },
      concurrency: { type: "string", default: "4" },
      timeout: { type: "string", default: args.includes("--crawl") ? "10" : "30" },
      retries: { type: "string", default: "2" },
      pages: { type: "string", default: "1000" },
      seconds: { type: "string", default: "600" },
    },
  });
  const options: CrawlOptions = {
    depth: wholeNumber(values.depth),
    concurrency: wholeNumber(values.concurrency),
    timeout: Number(values.timeout),
    retries: wholeNumber(values.retries),
    pages: wholeNumber(values.pages),
    seconds: Number(values.seconds),
  };
  const { depth, concurrency, timeout, retries, pages, seconds } = options;
  const sensible = depth >= 0 && concurrency >= 1 && timeout > 0 && retries >= 0 && pages >= 1 &&
    seconds > 0 &&
    urls.every((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? "")) &&
    !(values.crawl && urls.length > 1);
  if (!sensible) return undefined;
  if (values.crawl) {
    return urls.length > 0 ? crawl(urls[0]!, options) : withDemoSite((site) => crawl(site.front, options));
  }
  return urls.length > 0 ? compare(urls, timeout) : withDemoSite((site) => compare(site.people, timeout));
}

/** A whole number, or NaN, which is not greater than anything. */
function wholeNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : NaN;
}

/** The exit code says whether all went well. */
function* succeeding(task: bluelet.Coroutine<boolean>): bluelet.Coroutine {
  if (!(yield* task)) Deno.exitCode = 1;
}

let program: bluelet.Coroutine<boolean> | undefined;
try {
  program = programFrom(
    Deno.args.flatMap((arg) => arg.startsWith("--crawl=") ? arg.split(/=(.*)/s, 2) : [arg]),
  );
} catch {
  // An option that there is not.
}
if (program === undefined) {
  console.error(USAGE);
  Deno.exit(2);
}
await bluelet.main(succeeding(program));

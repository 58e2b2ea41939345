/**
 * Fetching many pages at once. Compares four ways to do it: one after another, by threads of the operating
 * system (a Web Worker each), by processes (a `deno` each), and by Bluelet. It brings its own slow web API:
 *
 *     deno run --allow-net=127.0.0.1 examples/crawler.ts
 *     deno run --allow-net=127.0.0.1 --allow-run=deno examples/crawler.ts
 *
 * or fetches the addresses that it is given, or follows the links of a site (Ctrl-C ends that with a summary):
 *
 *     deno run --allow-net=example.com examples/crawler.ts https://example.com/ https://example.com/?again
 *     deno run --allow-net=example.com examples/crawler.ts --crawl https://example.com/ --depth 2 --concurrency 4
 *
 * `--timeout SECONDS` and `--retries N` say how patient the latter is.
 *
 * What it shows: promises that are aborted when their thread is killed, so that `fetch` can be timed out;
 * callbacks as something to wait for; pools; an interrupt that is an exception like any other.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { compare, compareOnApi } from "./crawler/comparison.ts";
import { crawl } from "./crawler/crawl.ts";

const USAGE =
  "Usage: crawler.ts [URL...], or crawler.ts --crawl URL [--depth N] [--concurrency N] [--timeout S] [--retries N]";

/** What the arguments ask for; nothing if they make no sense. */
function programFrom(args: string[]): bluelet.Coroutine | undefined {
  const { values, positionals: urls } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      crawl: { type: "string" },
      depth: { type: "string", default: "2" },
      concurrency: { type: "string", default: "4" },
      timeout: { type: "string", default: "10" },
      retries: { type: "string", default: "2" },
    },
  });
  const [depth, concurrency, retries] = [values.depth, values.concurrency, values.retries].map(Number);
  const options = {
    depth: depth!,
    concurrency: concurrency!,
    retries: retries!,
    timeout: Number(values.timeout),
  };
  const numbersMakeSense = [depth, concurrency, retries].every((number) => Number.isInteger(number)) &&
    depth! >= 0 && concurrency! >= 1 && retries! >= 0 && options.timeout > 0;
  const addresses = values.crawl === undefined ? urls : [values.crawl, ...urls];
  const addressesMakeSense = addresses.every((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""));
  if (!numbersMakeSense || !addressesMakeSense || values.crawl !== undefined && urls.length > 0) {
    return undefined;
  }
  return succeeding(
    values.crawl !== undefined
      ? crawl(values.crawl, options)
      : urls.length > 0
      ? compare(urls)
      : compareOnApi(),
  );
}

/** The exit code says whether all went well. */
function* succeeding(task: bluelet.Coroutine<boolean>): bluelet.Coroutine {
  if (!(yield* task)) Deno.exitCode = 1;
}

let program: bluelet.Coroutine | undefined;
try {
  program = programFrom(Deno.args);
} catch {
  // An option that there is not.
}
if (program === undefined) {
  console.error(USAGE);
  Deno.exit(2);
}
await bluelet.main(program);

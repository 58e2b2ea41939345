/**
 * Kinds of hostile sites, each a test: the crawler says of each path what it is to say, and everything holds that
 * holds for any site.
 *
 * @module
 */

import { assert, assertMatch } from "@std/assert";
import { lacks } from "../requirements.ts";
import { type Answer, GOOD, HostileSite } from "./crawler_site.ts";

/** A kind of site: what it answers, and what the crawler is to say of that. */
export interface Kind {
  name: string;
  answers: Record<string, Answer>;
  /** For some paths, how a line begins; ` URL` stands for the whole address. */
  says?: Record<string, string>;
  /** What its last lines say besides. */
  sums?: RegExp[];
  args?: string[];
  code?: number;
  /** The good pages that are to be fetched; all if left out. */
  good?: string[];
  /** The most bytes that the site may get rid of with one answer. */
  mostSent?: number;
}

/** Makes a test of each kind, and one of all of them together. */
export function testKinds(kinds: Kind[]): void {
  const ignore = lacks(["net", "run", "read"]);
  for (const kind of kinds) {
    Deno.test({ name: `crawler.ts survives ${kind.name}`, ignore, fn: () => crawls(kind) });
  }
  const beside = kinds.filter(({ answers }) => !("/" in answers || "/robots.txt" in answers));
  if (beside.length < 2) return;
  Deno.test({
    name: `crawler.ts survives all at once: ${beside[0]!.name}, and the ${beside.length - 1} kinds after it`,
    ignore,
    async fn() {
      const answers = Object.assign({}, ...beside.map(({ answers }) => answers));
      await using site = new HostileSite(answers);
      const { output } = await site.crawl({ args: ["--timeout", "5", "--concurrency", "20"] });
      assertMatch(output, /^\d+ pages, /m);
    },
  });
}

async function crawls(
  { answers, says = {}, sums = [], args = [], code = 0, good = GOOD, mostSent = Infinity }: Kind,
) {
  await using site = new HostileSite(answers);
  const { output } = await site.crawl({ args, code, good });
  for (const [path, text] of Object.entries(says)) {
    const line = text.replace(" URL", `  ${site.origin}${path}`);
    assert(`\n${output}`.includes(`\n${line}`), `${line}\nis not in\n${output}`);
  }
  for (const sum of sums) assertMatch(output, sum);
  for (const [path, sent] of site.sent) assert(sent <= mostSent, `${sent} bytes were taken of ${path}`);
}

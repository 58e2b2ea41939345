/**
 * The benchmarks: us and our peers, side by side, in one process run.
 *
 *     deno task bench --help
 *
 * Runs as `deno run -A --v8-flags=--expose-gc bench/main.ts`: compilers, servers and load are processes of their
 * own, and a collection before each sample keeps one program's garbage out of another's time.
 *
 * @module
 */

import { parse } from "./arguments.ts";
import { catalogue } from "./catalogue.ts";
import { drawChart } from "./chart.ts";
import { judge } from "./goals.ts";
import { removeBuilt } from "./programs.ts";
import { type Outcome, runMeasure } from "./rounds.ts";
import { comparison, load, machine, save, toSaved } from "./saved.ts";
import { table } from "./table.ts";

async function main(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (typeof options === "string") {
    console.error(options);
    Deno.exit(2);
  }
  const chosen = catalogue.filter(({ name }) =>
    options.only.length === 0 || options.only.some((only) => name === only || name.startsWith(`${only}-`))
  );
  if (options.list) {
    return console.log(catalogue.map(({ name, title }) => `${name.padEnd(20)}${title}`).join("\n"));
  }
  if (chosen.length === 0) {
    console.error(`No measure is named ${options.only.join(" or ")}: see --list.`);
    Deno.exit(2);
  }
  const then = options.compare === undefined ? undefined : await load(options.compare);

  console.log(`${machine()}\n`);
  const outcomes: Outcome[] = [];
  try {
    for (const measure of chosen) {
      const outcome = await runMeasure(measure, options, options.quick ? 1 : options.rounds);
      outcomes.push(outcome);
      console.log(table(outcome));
    }
  } finally {
    await removeBuilt();
  }

  const run = toSaved(outcomes, options.quick);
  if (then !== undefined) console.log(comparison(then, run));
  if (options.save !== undefined) await save(options.save, run);
  if (options.chart !== undefined) await Deno.writeTextFile(options.chart, drawChart(run));
  const missed = outcomes.flatMap(judge).filter(({ met }) => met === false).length;
  console.log(
    options.quick ? "The programs work; a quick run's figures say nothing." : `${missed} goals missed.`,
  );
}

if (import.meta.main) await main(Deno.args);

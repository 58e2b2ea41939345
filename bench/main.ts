/**
 * The benchmarks: us and our peers, side by side, in one process run.
 *
 *     deno task bench --help
 *
 * Runs as `deno run -A --v8-flags=--expose-gc bench/main.ts`: compilers, servers and load are processes of their
 * own, and a small collection before each sample keeps one program's garbage out of another's time.
 *
 * @module
 */

import { type Options, parse } from "./arguments.ts";
import { catalogue } from "./catalogue.ts";
import { drawChart } from "./chart.ts";
import { judge } from "./goals.ts";
import type { Measure } from "./measure.ts";
import { pathOf, removeBuilt } from "./programs.ts";
import { type Outcome, runMeasure } from "./rounds.ts";
import { comparison, load, machine, save, toSaved } from "./saved.ts";
import { row, table } from "./table.ts";

async function main(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (typeof options === "string") return usage(options);
  if (options.list) return console.log(catalogue.map(({ name, title }) => row(name, [title])).join("\n"));
  const chosen = choose(options.only);
  if (chosen.length === 0) return usage(`No measure is named ${options.only.join(" or ")}: see --list.`);
  const then = options.compare === undefined ? undefined : await load(options.compare);

  console.log(`${machine()}\n`);
  const outcomes = await measureAll(chosen, options);
  const run = toSaved(outcomes, options.quick);
  if (then !== undefined) console.log(comparison(then, run));
  if (options.save !== undefined) await save(options.save, run);
  const chart = options.chart ?? (options.quick ? undefined : await defaultChart());
  if (chart !== undefined) await Deno.writeTextFile(chart, drawChart(run));

  const missed = outcomes.flatMap(judge).filter(({ met }) => met === false).length;
  const summary = options.quick
    ? "The programs work; a quick run's figures say nothing."
    : `${missed} goals missed.`;
  console.log(summary);
}

function usage(words: string): never {
  console.error(words);
  Deno.exit(2);
}

function choose(only: readonly string[]): Measure[] {
  const named = (name: string) => only.some((wanted) => name === wanted || name.startsWith(`${wanted}-`));
  return catalogue.filter(({ name }) => only.length === 0 || named(name));
}

async function measureAll(measures: readonly Measure[], options: Options): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  try {
    for (const measure of measures) {
      const outcome = await runMeasure(measure, options, options.rounds);
      outcomes.push(outcome);
      console.log(table(outcome, !options.quick));
    }
  } finally {
    await removeBuilt();
  }
  return outcomes;
}

async function defaultChart(): Promise<string> {
  await Deno.mkdir(pathOf("results"), { recursive: true });
  return pathOf("results/chart.svg");
}

if (import.meta.main) await main(Deno.args);

/**
 * Runs shell commands, so many at a time, each with a time limit, and shows what they say line by line.
 *
 *     deno run --allow-run=sh examples/jobs.ts
 *
 * Without commands it runs a few of its own that show what can happen. To run yours:
 * `deno run --allow-run=sh examples/jobs.ts --jobs 4 --timeout 600 'make test' 'make docs'`, or one a line from standard input:
 * `... examples/jobs.ts - < commands`. `kill -USR1` makes it tell what is running; Ctrl-C ends everything. Its exit code is 1
 * if a command failed. Usage: `jobs.ts [--jobs N] [--timeout SECONDS] [--grace SECONDS] [COMMAND... | -]`.
 *
 * What it shows: processes that are killed as threads are, and read as connections are; a pool that says how many run; standard
 * input and signals as channels.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { demonstration } from "./jobs/demonstration.ts";
import { type Limits, Runner } from "./jobs/runner.ts";

/** The commands, one after another, as they are wanted. */
function* run(commands: string[], runner: Runner, jobs: number): bluelet.Coroutine<void> {
  const pool = new bluelet.Pool(jobs, { name: "jobs" });
  if (commands[0] === "-") {
    const lines = yield* bluelet.lines(bluelet.reader(Deno.stdin));
    for (let line; (line = yield* lines.receive(null)) !== null;) {
      if (line.trim() !== "") yield* pool.spawn(() => runner.run(line));
    }
  } else {
    for (const command of commands) yield* pool.spawn(() => runner.run(command));
  }
  yield* pool.join();
}

/** Tells what is running whenever somebody asks by a signal. */
function* tell(runner: Runner): bluelet.Coroutine<void> {
  const asked = yield* bluelet.signals("SIGUSR1");
  while (true) {
    yield* asked.receive();
    console.error(runner.summary());
  }
}

function numberFrom(text: string, option: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${option} takes a number above 0; got ${text}.`);
  return number;
}

function* jobs(args: string[]): bluelet.Coroutine<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      jobs: { type: "string", short: "j", default: "3" },
      timeout: { type: "string", short: "t" },
      grace: { type: "string", default: "1" },
    },
  });
  const shows = positionals.length === 0;
  const limits: Limits = {
    timeout: numberFrom(values.timeout ?? (shows ? "1" : "3600"), "timeout"),
    grace: numberFrom(values.grace, "grace"),
  };
  const runner = new Runner(limits, bluelet.writer(Deno.stdout));
  try {
    const atOnce = Math.ceil(numberFrom(values.jobs, "jobs"));
    yield* bluelet.race([run(shows ? demonstration : positionals, runner, atOnce), tell(runner)]);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // nobody reads what is printed any more
  }
  console.error(runner.summary());
  if (shows) console.error("That is what can happen. Give me commands of yours to run.");
  else if (runner.failed > 0) Deno.exitCode = 1;
}

if (import.meta.main) await bluelet.main(jobs(Deno.args));

/**
 * Reads the command line of the benchmarks.
 *
 * @module
 */

/** What the command line asked for. */
export interface Options {
  only: string[];
  quick: boolean;
  list: boolean;
  rounds: number;
  seconds: number;
  save?: string;
  compare?: string;
  chart?: string;
}

const USAGE = `deno task bench [options]

  --only NAME      only this measure, or those that begin with NAME- (may be repeated)
  --list           print the names of the measures
  --quick          one small round: whether the programs run and compute what they should
  --rounds N       rounds of every measure (9; fewer where a sample takes seconds)
  --seconds S      length of one sample where the measure has no fixed size (0.1; servers take five times that)
  --save FILE      keep the run as JSON
  --compare FILE   set the run beside a kept one
  --chart FILE     draw the run as SVG there and not in bench/results/chart.svg (a quick run: only where told)`;

const VALUES = ["--only", "--rounds", "--seconds", "--save", "--compare", "--chart"];

/** Reads the arguments: the options, or what to print instead of running. */
export function parse(args: readonly string[]): Options | string {
  const options: Options = { only: [], quick: false, list: false, rounds: 9, seconds: 0.1 };
  const rest = [...args];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    if (flag === "--quick") options.quick = true;
    else if (flag === "--list") options.list = true;
    else if (!VALUES.includes(flag)) return USAGE;
    else {
      const value = rest.shift();
      if (value === undefined || !take(options, flag, value)) return `${flag} needs a value.\n\n${USAGE}`;
    }
  }
  return options;
}

/** Whether `value` is one that `flag` can have. */
function take(options: Options, flag: string, value: string): boolean {
  if (flag === "--only") options.only.push(value);
  else if (flag === "--save") options.save = value;
  else if (flag === "--compare") options.compare = value;
  else if (flag === "--chart") options.chart = value;
  else if (flag === "--rounds") options.rounds = Number(value);
  else options.seconds = Number(value);
  return options.rounds > 0 && options.seconds > 0;
}

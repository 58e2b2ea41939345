/**
 * The line of code that replays a failure.
 *
 * @module
 */

import type { SimulateOptions } from "../options.ts";

/** A call of `simulate` with `options`, on one line, that can be pasted into a test. */
export function replayLine(program: string, options: SimulateOptions): string {
  return `await simulate(${program}, ${literal(options)})`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
  if (typeof value === "function") return String(value).replace(/\s+/g, " ");
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  if (fields.length === 0) return "{}";
  return `{ ${fields.map(([name, field]) => `${name}: ${literal(field)}`).join(", ")} }`;
}

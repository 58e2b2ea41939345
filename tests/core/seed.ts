/**
 * The seed of the random tests: another one each time, printed so that a failure can be had again with
 * `BLUELET_SEED=... deno test -P`. `BLUELET_RUNS` says how many programs each of them tries.
 *
 * @module
 */

function numberFrom(name: string): number | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  const value = Deno.env.get(name);
  return value === undefined ? undefined : Number(value);
}

/** Where the random numbers start. */
export const SEED: number = numberFrom("BLUELET_SEED") ?? Math.floor(Math.random() * 2 ** 31);

/** How many runs a random test makes, which in the suite are `usual`. */
export function runs(usual: number): number {
  return numberFrom("BLUELET_RUNS") ?? usual;
}

console.log(`random tests of the core: seed ${SEED}`);

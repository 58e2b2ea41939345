/**
 * Delta debugging (Zeller and Hildebrandt, 2002): finds a small part of a list that is enough for a failure.
 *
 * @module
 */

/** Finds a small part of `items` for which `fails` still holds. Each call of `fails` takes one from `budget`. */
export async function smallest<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  budget: { left: number },
): Promise<readonly T[]> {
  const ask = async (part: readonly T[]) => budget.left-- > 0 && await fails(part);
  if (items.length === 0 || await ask([])) return [];
  let kept = items;
  for (let parts = 2; kept.length > 1 && budget.left > 0;) {
    const size = Math.ceil(kept.length / parts);
    let smaller: readonly T[] | null = null;
    for (let at = 0; at < kept.length && smaller === null; at += size) {
      const without = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (await ask(without)) smaller = without;
    }
    if (smaller !== null) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) {
      break;
    } else {
      parts = Math.min(kept.length, parts * 2);
    }
  }
  return kept;
}

/**
 * Ports of the tests of examples. A test takes port 0, and reads from the example's output which one that became,
 * so that it runs beside anything else. Only the test of the very command that a header prints takes the port that
 * is named there, and is ignored where something else has it.
 *
 * @module
 */

/** How to start a test of an example's own command: ignored, with the reason in the name, if its port is taken. */
export function needingPort(
  port: number,
  test: { name: string; ignore: boolean; fn: () => Promise<void> },
): Deno.TestDefinition {
  if (test.ignore || isFree(port)) return test;
  return { ...test, name: `${test.name} (not now: something listens on port ${port})`, ignore: true };
}

function isFree(port: number): boolean {
  for (const hostname of ["0.0.0.0", "127.0.0.1"]) {
    try {
      Deno.listen({ hostname, port }).close();
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) return false;
      throw error;
    }
  }
  return true;
}

/**
 * Runs `deno` itself as a program: its linter reads the code, its `doc` lists exports, its `run` loads the rooms.
 *
 * @module
 */

/** What a run of `deno` had to say. */
export interface Output {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a run may take, in milliseconds. All of them take less than two seconds; one that hangs is ended. */
const PATIENCE = 60_000;

/** Runs `deno` with these arguments in the folder `root`. */
export async function runDeno(root: URL, args: string[]): Promise<Output> {
  const output = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    signal: AbortSignal.timeout(PATIENCE),
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    success: output.success,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

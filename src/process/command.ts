/**
 * Starting processes.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import { checkedCommand, type CommandOptions } from "./command_options.ts";
import { StartEvent } from "./start.ts";
import { Subprocess } from "./subprocess.ts";

/**
 * Starts `program`, a path or a name that is looked for in PATH, with `args`; no shell comes in between.
 *
 * The process belongs to the current coroutine: when that ends, in whichever way, its pipes are closed, it gets SIGTERM, and
 * SIGKILL if it is still there `grace` seconds later, and the end waits until it is gone. Throws {@linkcode ProcessError} if
 * it cannot be started, and without the permission Deno's `NotCapable`.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * await bluelet.run(function* () {
 *   const sort = yield* bluelet.command("sort", ["-r"], { stdin: "piped" });
 *   yield* sort.stdin!.sendall("a\nc\nb\n");
 *   yield* sort.stdin!.closeWrite();
 *   assertEquals(yield* sort.stdout!.readline(), "c\n");
 *   assertEquals((yield* sort.status()).code, 0);
 *   assertEquals(new TextDecoder().decode(yield* sort.stdout!.readall()), "b\na\n");
 * }());
 * ```
 */
export function command(
  program: string | URL,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Event<Subprocess> {
  return new StartEvent(
    checkedCommand(program, args, options, "command"),
    (lifetime) => new Subprocess(lifetime),
  );
}

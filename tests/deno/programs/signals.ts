/** A program that listens for signals, and says what came. What it does is its argument. */

import * as bluelet from "../../../mod.ts";

const programs: Record<string, () => bluelet.Coroutine> = {
  /** Prints each signal; SIGTERM closes the channel, and then waits for what `main` does. */
  *tells() {
    const channel = yield* bluelet.signals("SIGHUP", "SIGINT", "SIGTERM");
    console.log("ready");
    for (let name; (name = yield* channel.receive()) !== "SIGTERM";) console.log(name);
    channel.close();
    console.log("closed");
    try {
      yield* bluelet.sleep(60);
    } finally {
      console.log("cleaned up");
    }
  },

  /** Listens in a thread that ends, and in another; then in none. */
  *both() {
    const first = yield* bluelet.spawn(function* () {
      const channel = yield* bluelet.signals("SIGINT");
      console.log(`first ${yield* channel.receive()}`);
    });
    const second = yield* bluelet.spawn(function* () {
      const channel = yield* bluelet.signals("SIGINT");
      console.log("ready");
      console.log(`second ${yield* channel.receive()}`);
      console.log(`second ${yield* channel.receive()}`);
    });
    yield* bluelet.join(first);
    yield* bluelet.join(second);
    console.log("none");
    yield* bluelet.sleep(60);
  },

  /** Has nothing to do but to wait for a signal. */
  *waits() {
    const channel = yield* bluelet.signals("SIGHUP");
    console.log("ready");
    console.log(yield* channel.receive());
  },
};

const how = Deno.args[0]!;
if (how === "waits") await bluelet.run(programs.waits!());
else await bluelet.main(programs[how]!());
console.log("over");
if (how === "waits") setTimeout(() => {}, 60_000);

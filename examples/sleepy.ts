/**
 * Sleeping: four threads sleep at the same time, so that all of it takes as long as the longest sleep.
 *
 *     deno run examples/sleepy.ts
 *
 * @module
 */

import * as bluelet from "../mod.ts";

function* sleeper(seconds: number) {
  console.log(`Going to sleep for ${seconds} seconds...`);
  yield* bluelet.sleep(seconds);
  console.log(`...woke up after ${seconds} seconds.`);
}

function* sleepy() {
  for (const seconds of [0, 1, 3, 5]) yield* bluelet.spawn(sleeper, seconds);
}

await bluelet.main(sleepy());

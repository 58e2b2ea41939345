import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";

const VALUES = 1_000_000;
const WINDOW = VALUES / 10;

for (const [capacity, kind] of [[0, "rendezvous"], [64, "buffered"]] as const) {
  Deno.test(`Channel, ${kind}: 1,000,000 values go through with memory flat`, async () => {
    // The least that is in use in each tenth of the way: what is left when the collector has been.
    const least: number[] = new Array(10).fill(Infinity);
    const received = await bluelet.run(function* () {
      const channel = new bluelet.Channel<{ n: number }>(capacity);
      yield* bluelet.spawn(function* () {
        for (let n = 0; n < VALUES; n++) yield* channel.send({ n });
        channel.close();
      });
      let received = 0;
      for (let value; (value = yield* channel.receive(null)) !== null; received++) {
        if (value.n !== received) throw new Error(`got ${value.n} for ${received}`);
        if (received % 1_000 !== 0) continue;
        const window = Math.floor(received / WINDOW);
        least[window] = Math.min(least[window]!, Deno.memoryUsage().heapUsed);
      }
      return received;
    }());
    assertEquals(received, VALUES);
    const grown = least[9]! - least[1]!;
    // A leak of one word for each value would be 6.4 MB by the end.
    assert(
      grown < 4_000_000,
      `grew by ${(grown / 1e6).toFixed(1)} MB: ${least.map((bytes) => (bytes / 1e6).toFixed(1))}`,
    );
  });
}

Deno.test("Channel: 100,000 receivers that were killed while they waited leave nothing behind", async () => {
  await bluelet.run(function* () {
    const channel = new bluelet.Channel<number>();
    const flag = new bluelet.Flag();
    const waiting = bluelet.select({ value: channel.receive(), flag: flag.wait() });
    let before = 0;
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 10_000; i++) assertEquals(yield* bluelet.moveOnAfter(0, waiting), undefined);
      if (round === 1) before = Deno.memoryUsage().heapUsed;
    }
    // What a timeout leaves to the collector is no leak; a place in a line, with all that hangs on it, would be.
    assert(Deno.memoryUsage().heapUsed - before < 40_000_000);
    assertEquals(channel.trySend(1), false);
  }());
});

/**
 * The replicated store on Deno's own sockets: what is simulated is what runs.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { replicas } from "../../examples/replicated/main.ts";
import { ask } from "../../examples/replicated/replica.ts";
import { lacks } from "../requirements.ts";

Deno.test({
  name: "replica() gives what was written by way of one to who reads by way of another, on real sockets",
  ignore: lacks(["net"]),
  fn: async () => {
    // Below the ports that systems give to those who connect: one of these could have it already.
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const stored = await bluelet.run(function* () {
      const thread = yield* bluelet.spawn(replicas, port);
      for (let i = 0; i < 3; i++) yield* listening(port + i);
      let answer = yield* ask("127.0.0.1", port, { do: "put", key: "x", value: "1" });
      assertEquals(answer.ok, true);
      answer = yield* ask("127.0.0.1", port + 2, { do: "get", key: "x" });
      yield* bluelet.kill(thread);
      return answer.stored?.value;
    }());
    assertEquals(stored, "1");
  },
});

/** Waits until something listens on `port`. */
function* listening(port: number): bluelet.Coroutine {
  for (;;) {
    try {
      return (yield* bluelet.connect("127.0.0.1", port)).close();
    } catch (error) {
      if (!(error instanceof bluelet.SocketError && error.code === "ECONNREFUSED")) throw error;
    }
  }
}

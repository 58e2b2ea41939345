/**
 * Three replicas of the store on real sockets, in one process. Write and read by way of any of them:
 *
 *     deno run --allow-net=127.0.0.1 examples/replicated/main.ts
 *     echo '{"do":"put","key":"x","value":"1"}' | nc 127.0.0.1 4915
 *     echo '{"do":"get","key":"x"}' | nc 127.0.0.1 4916
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { PORT, replica } from "./replica.ts";

const NAMES = ["a", "b", "c"];

/** Runs the three until they are killed; the first listens on `port`, the others on the next two. */
export function* replicas(port: number = PORT): bluelet.Coroutine {
  const addresses = NAMES.map((_, i): [string, number] => ["127.0.0.1", port + i]);
  yield* bluelet.scope(function* (scope) {
    NAMES.forEach((name, i) => {
      const others = addresses.filter((_, other) => other !== i);
      scope.spawn(replica({ name, address: addresses[i]!, others, disk: new Map() }));
    });
  });
}

if (import.meta.main) await bluelet.main(replicas());

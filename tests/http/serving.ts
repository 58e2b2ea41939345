/**
 * A server for tests of http: serves while `body` runs, then is killed, and the kill waited for.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { type RequestHandler, serve, type ServeOptions } from "../../src/http/mod.ts";
import { lacks } from "../requirements.ts";

/** The server that `body` talks to. */
export interface Served {
  port: number;
  url: string;
  thread: bluelet.Thread<void>;
}

/** Runs `body` beside a server. */
export function serving<T>(
  handler: RequestHandler,
  body: (served: Served) => bluelet.Coroutine<T>,
  options: ServeOptions = {},
): Promise<T> {
  return bluelet.run(
    function* () {
      const ports = new bluelet.Channel<number>(1);
      const onListen = (addr: bluelet.Address) => {
        if ("port" in addr) ports.trySend(addr.port);
      };
      const thread = yield* bluelet.spawn(serve("127.0.0.1", 0, handler, { onListen, ...options }));
      const port = yield* ports.receive();
      const result = yield* body({ port, url: `http://127.0.0.1:${port}`, thread });
      yield* bluelet.kill(thread);
      return result;
    }(),
  );
}

/** Registers a test that needs the network. */
export function test(name: string, fn: () => Promise<unknown>): void {
  Deno.test({ name, ignore: lacks(["net"]), fn: async () => void await fn() });
}

/** Sends a request by hand, over a connection of its own that the caller may cut. */
export function* request(port: number, path = "/"): bluelet.Coroutine<bluelet.Connection> {
  const conn = yield* bluelet.connect("127.0.0.1", port);
  yield* conn.sendall(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  return conn;
}

/**
 * Squares, computed by somebody else: first by another thread of this program, then by another process. Both
 * times the two talk over a pair of endpoints, and the code of either side cannot tell which it is.
 *
 *     deno run --allow-net=127.0.0.1 --allow-run=deno examples/ipc.ts
 *
 * What it shows: messages over connections, with lines to part them; a process that is waited for as one waits
 * for anything; the other side's end as the end of a loop. The process gets the permissions that it needs and
 * no more: to connect to one port.
 *
 * @module
 */

import * as bluelet from "../mod.ts";

/** One end of a pair. What is put in here comes out at the other, in order. */
class Endpoint<In, Out> {
  constructor(readonly conn: bluelet.Connection) {}

  *put(value: In) {
    yield* this.conn.sendall(`${JSON.stringify(value)}\n`);
  }

  /** The next value; `null` when the other end was closed. */
  *get() {
    const line = yield* this.conn.readline();
    return line === null ? null : JSON.parse(line) as Out;
  }

  close() {
    this.conn.close();
  }
}

/** Squares whatever comes, until nothing does. */
function* squarer(end: Endpoint<number, number>) {
  while (true) {
    const number = yield* end.get();
    if (number === null) return;
    yield* end.put(number * number);
  }
}

/** Asks for squares. */
function* asker(end: Endpoint<number, number>) {
  for (let number = 0; number < 10; number++) {
    yield* end.put(number);
    console.log(`${number} squared is ${yield* end.get()}`);
  }
  end.close(); // which ends the squarer
}

function* twoThreads() {
  console.log("Between two threads:");
  using listener = new bluelet.Listener("127.0.0.1", 0);
  const [here, there] = yield* bluelet.all([
    bluelet.connect("127.0.0.1", listener.port),
    listener.accept(),
  ]);
  yield* bluelet.all([asker(new Endpoint(here)), squarer(new Endpoint(there))]);
  there.close();
}

function* twoProcesses() {
  using listener = new bluelet.Listener("127.0.0.1", 0);
  const { port } = listener;
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", `--allow-net=127.0.0.1:${port}`, import.meta.url, String(port)],
    stdin: "null",
  }).spawn();
  console.log("Between two processes:");
  const conn = yield* bluelet.timeout(30, listener.accept());
  yield* asker(new Endpoint(conn));
  yield* bluelet.promise(child.status);
}

/** What the other process does. If this one dies, it reads the end of the stream, and ends too. */
function* otherProcess(port: number) {
  using conn = yield* bluelet.connect("127.0.0.1", port);
  yield* squarer(new Endpoint(conn));
}

function* ipc() {
  yield* twoThreads();
  yield* twoProcesses();
}

const [port] = Deno.args;
await bluelet.main(port === undefined ? ipc() : otherProcess(Number(port)));

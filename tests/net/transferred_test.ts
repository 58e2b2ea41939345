import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { simulate } from "../../src/testing/mod.ts";

const text = (size: number) => "x".repeat(size);

/** A connection's two ends, in a world. */
function* pair(): bluelet.Coroutine<[bluelet.Connection, bluelet.Connection]> {
  using listener = new bluelet.Listener("127.0.0.1", 0);
  const accepted = yield* bluelet.spawn(function* () {
    return yield* listener.accept();
  });
  const near = yield* bluelet.connect("127.0.0.1", listener.port);
  return [near, yield* bluelet.join(accepted)];
}

Deno.test("bytes that were handed out may be transferred: later reads go on", async () => {
  await simulate(function* () {
    const [near, far] = yield* pair();
    for (const size of [0, 1, 1_023, 1_024, 1_025, 4_096]) {
      yield* far.sendall(text(size));
      const bytes = yield* near.readexactly(size);
      structuredClone(bytes, { transfer: [bytes.buffer] });
      assert(bytes.buffer.detached);
      yield* far.sendall("line\n");
      assertEquals(yield* near.readline(), "line\n");
    }
    const other = yield* pair();
    yield* other[0].sendall("hi\n");
    assertEquals(yield* other[1].readline(), "hi\n");
    for (const conn of [near, far, ...other]) conn.close();
  });
});

Deno.test("a buffer whose memory was transferred away is refused by name, at the call or at the yield", async () => {
  await simulate(function* () {
    const [near, far] = yield* pair();
    const gone = new Uint8Array(5);
    structuredClone(gone, { transfer: [gone.buffer] });
    assertThrows(() => near.send(gone), TypeError, "transferred away");
    assertThrows(() => near.sendall(gone), TypeError, "transferred away");
    const late = new Uint8Array(5);
    const event = near.sendall(late);
    structuredClone(late, { transfer: [late.buffer] });
    try {
      yield* event;
      assert(false);
    } catch (error) {
      assert(error instanceof TypeError && error.message.includes("transferred away"), String(error));
    }
    yield* near.sendall(new Uint8Array(0));
    yield* near.sendall("fine");
    assertEquals(yield* far.readexactly(4), new TextEncoder().encode("fine"));
    near.close();
    far.close();
  });
});

Deno.test("a buffer that is transferred while it is being sent fails that send", async () => {
  await simulate(function* () {
    const [near, far] = yield* pair();
    const data = new Uint8Array(1_000_000);
    const sender = yield* bluelet.spawn(function* () {
      try {
        yield* near.sendall(data);
        return "sent";
      } catch (error) {
        return String(error);
      }
    });
    yield* far.readexactly(10);
    structuredClone(data, { transfer: [data.buffer] });
    yield* bluelet.spawn(function* () {
      while ((yield* far.recv(65_536)) !== null);
    });
    assert((yield* bluelet.join(sender)).includes("while it was being sent"));
    near.close();
  });
});

Deno.test("readuntil keeps its delimiter, whatever becomes of the caller's memory", async () => {
  await simulate(function* () {
    const [near, far] = yield* pair();
    class Aliasing extends Uint8Array {
      override slice(start?: number, end?: number) {
        return this.subarray(start, end) as never;
      }
    }
    const delimiter = new Aliasing([59]);
    const event = near.readuntil(delimiter);
    delimiter[0] = 0;
    yield* far.sendall("a;b");
    assertEquals(yield* event, new TextEncoder().encode("a;"));
    near.close();
    far.close();
  });
});

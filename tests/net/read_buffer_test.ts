import { assert, assertEquals } from "@std/assert";
import { ReadBuffer } from "../../src/streams/read_buffer.ts";
import { numbered, text } from "./pair.ts";

/** Lets `bytes` arrive, in reads that bring at most `piece` bytes each. */
function arrive(buffer: ReadBuffer, bytes: Uint8Array, piece = Infinity): void {
  for (let at = 0; at < bytes.length;) {
    const space = buffer.space();
    const count = Math.min(space.length, piece, bytes.length - at);
    space.set(bytes.subarray(at, at + count));
    buffer.filled(count, space.length);
    at += count;
  }
}

const encode = (text: string) => new TextEncoder().encode(text);
const NEWLINE = encode("\n");

Deno.test("ReadBuffer.take() gives what arrived, in order, through any number of moves", () => {
  const buffer = new ReadBuffer();
  const data = numbered(500_000);
  let taken = 0;
  for (let at = 0, size = 1; at < data.length; size = size * 31 % 30_011) {
    arrive(buffer, data.subarray(at, at + size), 1 + size % 1_500);
    at = Math.min(data.length, at + size);
    const count = Math.min(buffer.length, size * 17 % 20_011);
    assertEquals(buffer.take(count), data.subarray(taken, taken + count));
    taken += count;
  }
  assertEquals(buffer.take(buffer.length), data.subarray(taken));
});

Deno.test("ReadBuffer.take() hands out bytes that are never written again", () => {
  const buffer = new ReadBuffer();
  const data = numbered(40_000);
  const pieces: [number, Uint8Array][] = [];
  for (let at = 0; at < data.length; at += 100) {
    arrive(buffer, data.subarray(at, at + 100));
    pieces.push([at, buffer.take(buffer.length)]);
  }
  for (const [at, piece] of pieces) assertEquals(piece, data.subarray(at, at + piece.length));
});

Deno.test("ReadBuffer.space() asks for 1 KiB at first, up to 64 KiB as reads come back full, and less again", () => {
  const buffer = new ReadBuffer();
  const sizes: number[] = [];
  for (let i = 0; i < 8; i++) {
    const space = buffer.space();
    sizes.push(space.length);
    buffer.filled(space.length, space.length);
    buffer.take(buffer.length);
  }
  assertEquals(sizes, [1024, 2048, 4096, 8192, 16384, 32768, 65536, 65536]);
  arrive(buffer, new Uint8Array(10));
  buffer.take(10);
  assert(
    buffer.space().buffer.byteLength <= 1024,
    "an idle connection holds a piece of memory that once was busy",
  );
});

Deno.test("ReadBuffer.space() survives that the memory of what was taken is transferred", () => {
  const buffer = new ReadBuffer();
  arrive(buffer, encode("taken"));
  const taken = buffer.take(5);
  assertEquals(text(structuredClone(taken, { transfer: [taken.buffer] })), "taken");
  arrive(buffer, encode("next"));
  assertEquals(text(buffer.take(4)), "next");
});

Deno.test("ReadBuffer.space() never gives more than was asked for", () => {
  const buffer = new ReadBuffer();
  for (const atMost of [1, 10, 1_000, 5_000]) {
    const space = buffer.space(atMost);
    assert(space.length >= 1 && space.length <= atMost);
    buffer.filled(1, space.length);
  }
});

Deno.test("ReadBuffer.space() uses its memory again if nothing of it was handed out", () => {
  const buffer = new ReadBuffer();
  const memories = new Set<ArrayBuffer>();
  for (let i = 0; i < 1_000; i++) {
    const space = buffer.space();
    memories.add(space.buffer);
    space.set(encode("a line of text\n"));
    buffer.filled(15, space.length);
    assertEquals(buffer.takeText(buffer.find(NEWLINE)), "a line of text\n");
  }
  assertEquals(memories.size, 1);
});

Deno.test("ReadBuffer.find() tells where the first delimiter ends, and forgets nothing in between", () => {
  const buffer = new ReadBuffer();
  arrive(buffer, encode("ab"));
  assertEquals(buffer.find(NEWLINE), -1);
  arrive(buffer, encode("c\nd\n"));
  assertEquals(buffer.find(encode("d")), 5);
  assertEquals(buffer.find(NEWLINE), 4);
  assertEquals(buffer.find(NEWLINE), 4);
  buffer.take(4);
  assertEquals(buffer.find(NEWLINE), 2);
  buffer.take(1);
  assertEquals(buffer.find(NEWLINE), 1);
});

Deno.test("ReadBuffer.find() sees a long delimiter that arrives byte by byte, after false starts", () => {
  const delimiter = encode("aab");
  for (const stream of ["aaab", "aaaaaaab", "aabaab", "abaaab", "xaaxaab"]) {
    const buffer = new ReadBuffer();
    let found = -1;
    for (const byte of encode(stream)) {
      if (found >= 0) break;
      arrive(buffer, new Uint8Array([byte]));
      found = buffer.find(delimiter);
    }
    assertEquals(found, stream.indexOf("aab") + 3, stream);
  }
});

Deno.test("ReadBuffer.find() for another delimiter starts from the beginning", () => {
  const buffer = new ReadBuffer();
  arrive(buffer, encode("one;two"));
  assertEquals(buffer.find(NEWLINE), -1);
  assertEquals(buffer.find(encode(";")), 4);
  assertEquals(text(buffer.take(4)), "one;");
});

Deno.test("ReadBuffer random: finds and takes what a plain string would", () => {
  const runs = Number(
    Deno.permissions.querySync({ name: "env" }).state === "granted" && Deno.env.get("BLUELET_RUNS") || 300,
  );
  let seed = 1;
  const random = (below: number) => (seed = seed * 48_271 % 2_147_483_647) % below;
  for (let i = 0; i < runs; i++) {
    const buffer = new ReadBuffer();
    let model = "";
    for (let step = 0; step < 40; step++) {
      const choice = random(3);
      if (choice === 0) {
        const more = Array.from({ length: random(200) }, () => "abc"[random(3)]).join("");
        arrive(buffer, encode(more), 1 + random(100));
        model += more;
      } else if (choice === 1) {
        const delimiter = "abcab".slice(random(3), 4 + random(2));
        const at = model.indexOf(delimiter);
        assertEquals(buffer.find(encode(delimiter)), at < 0 ? -1 : at + delimiter.length);
      } else {
        const count = random(model.length + 1);
        assertEquals(
          random(2) === 0 ? text(buffer.take(count)) : buffer.takeText(count),
          model.slice(0, count),
        );
        model = model.slice(count);
      }
      assertEquals(buffer.length, model.length);
    }
  }
});

Deno.test("ReadBuffer moves and searches a line in linear time, however it arrives", () => {
  const { indexOf } = Uint8Array.prototype;
  let searched = 0;
  Uint8Array.prototype.indexOf = function (this: Uint8Array, byte: number, from = 0) {
    searched += this.length - from;
    return indexOf.call(this, byte, from);
  };
  try {
    const size = 1_000_000;
    const bytes = new Uint8Array(size).fill(120);
    for (const piece of [1, 100, 1_000, 100_000]) {
      const buffer = new ReadBuffer();
      const memories = new Set<ArrayBuffer>();
      searched = 0;
      for (let at = 0; at < size; at += piece) {
        arrive(buffer, bytes.subarray(at, at + piece));
        assertEquals(buffer.find(NEWLINE), -1);
        memories.add(buffer.space().buffer);
      }
      // Each piece of memory was filled with what the one before it held.
      const moved = [...memories].reduce((sum, { byteLength }) => sum + byteLength, 0);
      assert(moved <= 8 * size, `moved ${moved} bytes of ${size}, in pieces of ${piece}`);
      assert(searched <= 2 * size, `searched ${searched} bytes of ${size}, in pieces of ${piece}`);
    }
  } finally {
    Uint8Array.prototype.indexOf = indexOf;
  }
});

import { assertEquals, assertStrictEquals } from "@std/assert";
import { Slab } from "../../src/net/slab.ts";
import { numbered } from "./pair.ts";

Deno.test("Slab.copy() copies, and no copy is written over", () => {
  const slab = new Slab();
  const sizes = Array.from({ length: 300 }, (_, i) => (i * 97) % 5_000);
  const copies = sizes.map((size) => slab.copy(numbered(size)));
  sizes.forEach((size, i) => assertEquals(copies[i], numbered(size)));
});

Deno.test("Slab.copy() shares memory among small ones, and gives a long one its own", () => {
  const slab = new Slab();
  const [a, b, long] = [slab.copy(numbered(10)), slab.copy(numbered(10)), slab.copy(numbered(10_000))];
  assertStrictEquals(a!.buffer, b!.buffer);
  assertEquals(long!.buffer.byteLength, 10_000);
});

Deno.test("Slab.copy() goes on when its memory was transferred away", () => {
  const slab = new Slab();
  const { buffer } = slab.copy(numbered(10));
  structuredClone(buffer, { transfer: [buffer] });
  assertEquals(slab.copy(numbered(20)), numbered(20));
});

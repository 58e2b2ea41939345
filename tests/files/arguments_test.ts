import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { run } from "../../src/core/mod.ts";
import {
  File,
  list,
  makeDir,
  open,
  readFile,
  readTextFile,
  remove,
  rename,
  stat,
  watch,
  writeFile,
} from "../../src/files/mod.ts";
import { splitPath } from "../../src/files/path.ts";
import { VirtualHost } from "../virtual_host.ts";

// deno-lint-ignore no-explicit-any -- what programs without types may pass
const wrong = (value: unknown) => value as any;

Deno.test("files refuse bad paths at the call, in words", () => {
  const takers = { open, readFile, readTextFile, stat, list, remove, makeDir, watch };
  for (const path of [undefined, 5, "", "a\0b", new URL("http://x/y"), {}]) {
    for (const [name, taker] of Object.entries(takers)) {
      assertThrows(() => taker(wrong(path)), TypeError, `${name} takes a path`);
    }
    assertThrows(() => writeFile(wrong(path), ""), TypeError, "writeFile takes a path");
    assertThrows(() => rename("a", wrong(path)), TypeError, "rename takes a path");
    assertThrows(() => rename(wrong(path), "a"), TypeError, "rename takes a path");
  }
  assertThrows(() => watch([]), TypeError, "at least one path");
});

Deno.test("files refuse other bad arguments at the call, in words", () => {
  assertThrows(() => open("a", wrong("rw")), TypeError, "r, r+, w, a, x");
  assertThrows(() => writeFile("a", wrong(5)), TypeError, "writeFile takes a Uint8Array or a string");
  assertThrows(() => writeFile("a", "", { append: true, atomic: true }), TypeError, "not both");
  for (const debounce of [-1, NaN]) assertThrows(() => watch("a", { debounce }), RangeError, "seconds");
});

Deno.test("File refuses bad arguments at the call, in words", () => {
  const file = new File("a", wrong({}));
  for (const bad of [-1, 1.5, NaN, Infinity]) {
    assertThrows(() => file.seek(bad), RangeError, "seek takes a whole number of bytes");
    assertThrows(() => file.readAt(bad, 1), RangeError, "readAt");
    assertThrows(() => file.writeAt(bad, ""), RangeError, "writeAt");
    assertThrows(() => file.truncate(bad), RangeError, "truncate");
  }
  assertThrows(() => file.readAt(0, 0), RangeError, "1 or more");
  assertThrows(() => file.recv(0), RangeError, "1 or more");
  assertThrows(() => file.writeAt(0, wrong(null)), TypeError, "writeAt takes");
});

Deno.test("files on a host that has none say so", async () => {
  for (
    const event of [open("a"), readFile("a"), stat("a"), writeFile("a", "", { atomic: true }), watch("a")]
  ) {
    await assertRejects(
      () =>
        run(
          function* () {
            yield event;
          }(),
          { host: new VirtualHost() },
        ),
      TypeError,
      "no files",
    );
  }
});

Deno.test("splitPath() parts a path into its folder and its name", () => {
  const cases = {
    "a": [".", "a"],
    "a/b": ["a", "b"],
    "/a": ["/", "a"],
    "/": ["/", ""],
    "a/b/": ["a", "b"],
    "/a//b": ["/a", "b"],
    "./a": [".", "a"],
    "a\nb/c": ["a\nb", "c"],
  };
  for (const [path, [folder, name]] of Object.entries(cases)) {
    assertEquals(splitPath(path), { folder: folder!, name: name! }, path);
  }
});

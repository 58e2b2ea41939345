import { assertEquals } from "@std/assert";
import { Changes } from "../../src/files/changes.ts";
import type { ChangeKind } from "../../src/files/mod.ts";

/** What comes of the changes that are told as `create a`, `rename a b`. */
function put(...told: string[]): string[] {
  const changes = new Changes();
  for (const each of told) {
    const [kind, ...paths] = each.split(" ");
    changes.add(kind as ChangeKind, paths);
  }
  return changes.take(["watched"]).map(({ kind, paths }) => [kind, ...paths].join(" "));
}

Deno.test("Changes: what is told twice is one change, where it was told last", () => {
  assertEquals(put("modify a", "modify b", "modify a"), ["modify b", "modify a"]);
  assertEquals(put("create a", "remove a", "create a"), ["remove a", "create a"]);
});

Deno.test("Changes: a new file is created, and not modified as well", () => {
  assertEquals(put("create a", "modify a", "modify a", "modify b"), ["create a", "modify b"]);
});

Deno.test("Changes: a rename with both names stands for all that is told of it", () => {
  assertEquals(put("remove a", "rename b", "rename a b"), ["rename a b"]);
  assertEquals(put("remove a", "modify c"), ["remove a", "modify c"]);
  assertEquals(put("rename a"), ["rename a"]);
});

Deno.test("Changes: taken ones are not told again", () => {
  const changes = new Changes();
  changes.add("modify", ["a"]);
  assertEquals([changes.empty, changes.take([]).length, changes.empty, changes.take([]).length], [
    false,
    1,
    true,
    0,
  ]);
});

Deno.test("Changes: more than 1,024, or lost ones, are told as a change of all that is watched", () => {
  const changes = new Changes();
  for (let i = 0; i < 1_024; i++) changes.add("create", [`${i}`]);
  assertEquals(changes.take(["w"]).length, 1_024);
  for (let i = 0; i < 5_000; i++) changes.add("create", [`${i}`]);
  assertEquals(changes.take(["w", "v"]), [{ kind: "modify", paths: ["w", "v"] }]);
  changes.add("create", ["a"]);
  changes.lose();
  changes.add("create", ["b"]);
  assertEquals(changes.take(["w"]), [{ kind: "modify", paths: ["w"] }]);
  assertEquals(changes.empty, true);
});

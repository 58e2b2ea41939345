/**
 * The stand-ins for the standard library behave and are typed as the originals are.
 */
import * as asserting from "@std/assert";
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotInstanceOf,
  assertNotMatch,
  assertNotStrictEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "@std/assert";
import * as streaming from "@std/streams";
import {
  DelimiterStream,
  mergeReadableStreams,
  TextDelimiterStream,
  TextLineStream,
  toArrayBuffer,
  toJson,
  toText,
  zipReadableStreams,
} from "@std/streams";
import * as mocking from "@std/testing/mock";
import { assertSpyCall, assertSpyCallArgs, assertSpyCalls, returnsNext, spy, stub } from "@std/testing/mock";
import {
  assertType,
  type Has,
  type IsAny,
  type IsExact,
  type IsNever,
  type IsNullable,
} from "@std/testing/types";
import { lacks } from "../requirements.ts";

Deno.test("@std/assert holds for what is so", async () => {
  assert(true);
  assertAlmostEquals(0.1 + 0.2, 0.3);
  assertArrayIncludes([1, 2, 3], [2]);
  assertEquals({ a: [1] }, { a: [1] });
  assertExists(1);
  assertFalse(0);
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertInstanceOf(new TypeError("x"), TypeError);
  assertIsError(new TypeError("abc"), TypeError, "b");
  assertLess(1, 2);
  assertLessOrEqual(1, 1);
  assertMatch("abc", /b/);
  assertNotEquals(1, 2);
  assertNotInstanceOf(1, Error);
  assertNotMatch("abc", /d/);
  assertNotStrictEquals({}, {});
  assertObjectMatch({ a: 1, b: 2 }, { a: 1 });
  assertStrictEquals(1, 1);
  assertStringIncludes("abc", "b");
  assert(equal([1], [1]));
  const thrown = assertThrows(
    () => {
      throw new RangeError("too far");
    },
    RangeError,
    "far",
  );
  assertType<IsExact<typeof thrown, RangeError>>(true);
  const rejected = await assertRejects(() => Promise.reject(new TypeError("no")), TypeError);
  assertType<IsExact<typeof rejected, TypeError>>(true);
});

Deno.test("@std/assert fails for what is not so", async () => {
  const failures: (() => void)[] = [
    () => assert(false),
    () => assertAlmostEquals(1, 2),
    () => assertArrayIncludes([1], [2]),
    () => assertEquals<unknown>(1, "1"),
    () => assertExists(null),
    () => assertFalse(1),
    () => assertGreater(1, 1),
    () => assertGreaterOrEqual(1, 2),
    () => assertInstanceOf(1, Error),
    () => assertIsError(1),
    () => assertLess(1, 1),
    () => assertLessOrEqual(2, 1),
    () => assertMatch("a", /b/),
    () => assertNotEquals(1, 1),
    () => assertNotInstanceOf(new Error(), Error),
    () => assertNotMatch("a", /a/),
    () => assertNotStrictEquals(1, 1),
    () => assertObjectMatch({ a: 1 }, { a: 2 }),
    () => assertStrictEquals<unknown>({}, {}),
    () => assertStringIncludes("a", "b"),
    () => void assertThrows(() => {}),
    () => fail("here"),
    () => unreachable(),
  ];
  for (const failure of failures) assertThrows(failure, AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
});

Deno.test("@std/assert narrows types", () => {
  const value = 1 as number | undefined;
  assertExists(value);
  assertType<IsExact<typeof value, number>>(true);
  const error: unknown = new TypeError("x");
  assertInstanceOf(error, TypeError);
  assertType<IsExact<typeof error, TypeError>>(true);
  const maybe = "x" as string | null;
  assert(maybe !== null);
  assertType<IsExact<typeof maybe, string>>(true);
  const strict = "x" as unknown;
  assertStrictEquals(strict, "x" as string);
  assertType<IsExact<typeof strict, string>>(true);
});

Deno.test("@std/streams cuts, joins and collects", async () => {
  const lines = ReadableStream.from(["a\nb", "c\r\nd"]).pipeThrough(new TextLineStream());
  assertEquals(await Array.fromAsync(lines), ["a", "bc", "d"]);
  const fields = ReadableStream.from(["1,2", "3"]).pipeThrough(new TextDelimiterStream(","));
  assertEquals(await Array.fromAsync(fields), ["1", "23"]);
  const bytes = ReadableStream.from(["x;y;"]).pipeThrough(new TextEncoderStream())
    .pipeThrough(new DelimiterStream(new TextEncoder().encode(";"), { disposition: "suffix" }));
  assertEquals(await toText(bytes), "x;y;");
  assertEquals(await toJson(ReadableStream.from(["[1", "]"])), [1]);
  assertEquals((await toArrayBuffer(ReadableStream.from([new Uint8Array(3)]))).byteLength, 3);
  assertEquals(
    await toText(zipReadableStreams(ReadableStream.from(["a", "c"]), ReadableStream.from(["b"]))),
    "abc",
  );
  const merged = await Array.fromAsync(
    mergeReadableStreams(ReadableStream.from([1]), ReadableStream.from([2])),
  );
  assertEquals(merged.sort(), [1, 2]);
});

Deno.test("@std/testing/mock records calls and gives methods back", () => {
  const add = spy((a: number, b: number) => a + b);
  assertType<IsExact<ReturnType<typeof add>, number>>(true);
  assertEquals(add(1, 2), 3);
  assertSpyCalls(add, 1);
  assertSpyCall(add, 0, { args: [1, 2], returned: 3 });
  assertSpyCallArgs(add, 0, [1, 2]);
  assertThrows(() => assertSpyCalls(add, 2), AssertionError);

  const clock = { now: () => 1 };
  {
    using stubbed = stub(clock, "now", returnsNext([5, 6]));
    assertEquals([clock.now(), clock.now()], [5, 6]);
    assertSpyCalls(stubbed, 2);
  }
  assertEquals(clock.now(), 1);
});

Deno.test("@std/testing/types tells types apart", () => {
  assertType<IsExact<{ a: 1 }, { a: 1 }>>(true);
  assertType<IsExact<{ a: 1 }, { a: 1 | 2 }>>(false);
  assertType<IsExact<{ a?: 1 }, { a: 1 | undefined }>>(false);
  assertType<IsExact<{ readonly a: 1 }, { a: 1 }>>(false);
  // deno-lint-ignore no-explicit-any
  assertType<IsExact<any, number>>(false);
  assertType<IsExact<unknown, number>>(false);
  assertType<IsExact<never, number>>(false);
  // deno-lint-ignore no-explicit-any
  assertType<IsAny<any>>(true);
  assertType<IsAny<unknown>>(false);
  assertType<IsNever<never>>(true);
  assertType<IsNullable<string | null>>(true);
  assertType<IsNullable<string>>(false);
  assertType<Has<string | number, string>>(true);
  // @ts-expect-error a string is not a number
  assertType<IsExact<string, number>>(true);
});

Deno.test({
  name: "every name that the stand-ins declare is there at run time",
  ignore: lacks(["read"]),
  fn: async () => {
    const faces: Record<string, object> = {
      "assert/assert.d.ts": asserting,
      "streams/streams.d.ts": streaming,
      "testing/mock.d.ts": mocking,
    };
    for (const [file, face] of Object.entries(faces)) {
      const declarations = await Deno.readTextFile(new URL(`./${file}`, import.meta.url));
      const names = [...declarations.matchAll(/^export (?:function|class) (\w+)/gm)].map((match) =>
        match[1]!
      );
      assertGreater(names.length, 5);
      for (const name of names) assert(name in face, `${file} declares ${name}`);
    }
  },
});

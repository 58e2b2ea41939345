import { assertEquals } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { play } from "../virtual_host.ts";

/** Compiles only if the two types are the same; `any` is the same as nothing but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Says at compile time that the type of `value` is exactly `T`. */
function typed<T>() {
  return <V>(value: V, _same: Same<V, T>) => value;
}

function* add(a: number, b: number) {
  yield* bluelet.null();
  return a + b;
}

function* word() {
  yield* bluelet.sleep(0);
  return "word";
}

Deno.test("spawn, join and call keep their types under yield*", async () => {
  await play(function* () {
    const thread = typed<bluelet.Thread<number>>()(yield* bluelet.spawn(add, 1, 2), true);
    typed<number>()(yield* bluelet.join(thread), true);
    typed<bluelet.Thread<string>>()(yield* bluelet.spawn(word()), true);
    typed<number>()(yield* bluelet.call(add, 1, 2), true);
    typed<string>()(yield* bluelet.call(word()), true);
    typed<number>()(yield* add(1, 2), true);
    const coroutine = word();
    yield* bluelet.spawn(coroutine);
    typed<string>()(yield* bluelet.join(coroutine), true);
    typed<void>()(yield* bluelet.kill(thread), true);
    typed<void>()(yield* bluelet.sleep(0), true);
    typed<void>()(yield* bluelet.null(), true);
  });
});

Deno.test("spawn and call check the arguments of the function that they are given", async () => {
  await play(function* () {
    // @ts-expect-error -- a number is missing
    yield* bluelet.spawn(add, 1);
    // @ts-expect-error -- no number
    yield* bluelet.call(add, 1, "2");
    // @ts-expect-error -- no generator function
    bluelet.spawn.bind(null, () => 5);
  });
});

Deno.test("promise, suspend, timeouts, scopes and shields keep their types under yield*", async () => {
  await play(function* () {
    typed<number>()(yield* bluelet.promise(Promise.resolve(5)), true);
    typed<string>()(yield* bluelet.promise((_signal) => Promise.resolve("five")), true);
    typed<number>()(yield* bluelet.suspend<number>((resume) => resume(5)), true);
    typed<number>()(yield* bluelet.timeout(1, add(1, 2)), true);
    typed<string | undefined>()(yield* bluelet.moveOnAfter(1, word()), true);
    typed<number>()(yield* bluelet.timeout(1, bluelet.promise(Promise.resolve(5))), true);
    typed<string>()(yield* bluelet.shield(word()), true);
    typed<void>()(yield* bluelet.defer(() => {}), true);
    typed<number>()(
      yield* bluelet.scope(function* (scope) {
        typed<bluelet.Thread<string>>()(scope.spawn(word), true);
        return yield* add(1, 2);
      }),
      true,
    );
  });
});

Deno.test("all, allSettled, any and race keep their types under yield*", async () => {
  await play(function* () {
    const all = typed<[number, string, void]>()(
      yield* bluelet.all([add(1, 2), word(), bluelet.null()]),
      true,
    );
    assertEquals(all, [3, "word", undefined]);
    typed<[PromiseSettledResult<number>, PromiseSettledResult<string>]>()(
      yield* bluelet.allSettled([add(1, 2), word()]),
      true,
    );
    typed<number | string>()(yield* bluelet.any([add(1, 2), word()]), true);
    typed<number | string>()(yield* bluelet.race([add(1, 2), word()]), true);
    const many: bluelet.Coroutine<number>[] = [add(1, 2)];
    typed<number[]>()(yield* bluelet.all(many), true);
    typed<number>()(yield* bluelet.race([add(1, 2), bluelet.end()]), true);
  });
});

Deno.test("run resolves with the root's type, and a result of a plain yield is any", async () => {
  const value: Promise<number> = play(() => add(1, 2));
  typed<Promise<number>>()(play(() => add(1, 2)), true);
  typed<Promise<string>>()(bluelet.run(word(), { host: {} as bluelet.Host }).catch(() => ""), true);
  function* plain(): bluelet.Coroutine<string> {
    const anything = yield add(1, 2);
    return anything.toFixed(2);
  }
  assertEquals([await value, await play(plain)], [3, "3.00"]);
});

Deno.test("a coroutine that calls itself or uses a plain yield compiles with its return type written down", async () => {
  function* factorial(n: number): bluelet.Coroutine<number> {
    return n < 2 ? 1 : n * (yield factorial(n - 1));
  }
  function* typedFactorial(n: number): bluelet.Coroutine<number> {
    return n < 2 ? 1 : n * (yield* bluelet.call(typedFactorial, n - 1));
  }
  assertEquals([await play(() => factorial(10)), await play(() => typedFactorial(10))], [3628800, 3628800]);
});

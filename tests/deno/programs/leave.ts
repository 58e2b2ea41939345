/** A program that ends while something outside is still pending: what is its first argument. */

import {
  type Coroutine,
  defer,
  main,
  moveOnAfter,
  promise,
  read,
  sleep,
  spawn,
  write,
} from "../../../mod.ts";

const pending: Record<string, () => Coroutine<unknown>> = {
  *size() {
    yield* moveOnAfter(0.2, read(Deno.stdin, 9));
  },
  *all() {
    yield* moveOnAfter(0.2, read(Deno.stdin));
  },
  *thread() {
    const reader = yield* spawn(() => reading());
    yield* sleep(0.2);
    reader.kill();
  },
  *runtime() {
    yield* moveOnAfter(0.2, promise(Deno.stdin.read(new Uint8Array(9))));
  },
  *stream() {
    yield* moveOnAfter(0.2, promise(Deno.stdin.readable.getReader().read()));
  },
  *timer() {
    yield* moveOnAfter(0.2, promise(new Promise((resolve) => setTimeout(resolve, 1_000_000))));
  },
  *listener() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    yield* moveOnAfter(0.2, promise(listener.accept()));
  },
  *code() {
    yield* moveOnAfter(0.2, read(Deno.stdin, 9));
    Deno.exitCode = 7;
  },
  *twice() {
    yield* moveOnAfter(0.2, read(Deno.stdin, 9));
  },
  *fails() {
    yield* moveOnAfter(0.2, read(Deno.stdin, 9));
    throw new Error("out of luck");
  },
};

function* reading(): Coroutine<void> {
  for (;;) yield* read(Deno.stdin, 9);
}

function* again(): Coroutine<void> {
  yield* sleep(0.2);
  console.log("again");
}

function* root(): Coroutine<void> {
  yield* defer(function* () {
    yield* sleep(0.01);
    console.log("cleaned up");
  });
  yield* pending[Deno.args[0]!]!();
  // More than a pipe holds: it must all be out.
  yield* write(Deno.stdout, "x".repeat(200_000) + "\n");
}

await main(root());
if (Deno.args[0] === "twice") await main(again());
console.log("main returned");

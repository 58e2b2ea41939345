/** A program that says what happens to it when it is asked to stop: how is its first argument. */

import { type Coroutine, defer, InterruptError, join, kill, main, sleep, spawn } from "../../../mod.ts";

function* sleeper() {
  try {
    yield* sleep(Infinity);
  } finally {
    yield* sleep(0.001);
    console.log("child cleaned up");
  }
}

function* fails() {
  yield* sleep(0.001);
  throw new Error("out of luck");
}

const roots: Record<string, () => Coroutine<unknown>> = {
  *unwinds() {
    yield* spawn(sleeper);
    console.log("ready");
    try {
      yield* sleep(60);
    } finally {
      yield* sleep(0.001);
      console.log("root cleaned up");
    }
  },
  *catches() {
    const child = yield* spawn(sleeper);
    console.log("ready");
    try {
      yield* sleep(60);
    } catch (error) {
      if (!(error instanceof InterruptError)) throw error;
      console.log(`caught ${error.signal}`);
      yield* kill(child);
    }
  },
  *stays() {
    yield* defer(() => sleepFor(60));
    console.log("ready");
    yield* sleep(60);
  },
  *breaks() {
    const thread = yield* spawn(function* helper() {
      yield fails();
    });
    yield* join(thread);
  },
  *returns() {
    yield* sleep(0.001);
  },
  *reads() {
    yield Deno.readTextFile("/etc/hostname");
  },
};

function* sleepFor(seconds: number) {
  console.log("cleaning up for long");
  yield* sleep(seconds);
}

await main(roots[Deno.args[0]!]!());
console.log("main returned");

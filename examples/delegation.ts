/**
 * Delegation: a coroutine calls another as a function calls a function; it gets its value, or its error.
 *
 *     deno run examples/delegation.ts
 *
 * @module
 */

import * as bluelet from "../mod.ts";

function* child() {
  console.log("Child started.");
  yield* bluelet.null(); // here, and at every yield, other threads run
  console.log("Child resumed.");
  yield* bluelet.null();
  console.log("Child ending.");
  yield* bluelet.end(42); // or `return 42`, from which TypeScript would know the type
}

function* parent(): bluelet.Coroutine {
  console.log("Parent started.");
  yield* bluelet.null();
  console.log("Parent resumed.");
  const result = yield child(); // or `yield* bluelet.call(child)`, for the type's sake
  console.log("Child returned:", result);
  console.log("Parent ending.");
}

function* failingChild() {
  yield* bluelet.null();
  throw new Error("it went wrong");
}

function* catchingParent() {
  try {
    yield* bluelet.call(failingChild);
  } catch (error) {
    console.log("Parent caught:", String(error));
  }
}

function* grandparent(): bluelet.Coroutine {
  yield* bluelet.call(parent);
  yield* bluelet.spawn(catchingParent);
}

await bluelet.main(grandparent());

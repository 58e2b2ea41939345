import { assertEquals } from "@std/assert";
import {
  call,
  type Coroutine,
  defer,
  Event,
  kill,
  null as pass,
  sleep,
  spawn,
  suspend,
  timeout,
  type Wait,
} from "../../src/core/mod.ts";
import { belongs } from "../../src/streams/mod.ts";
import { caught, play } from "../virtual_host.ts";

/** Makes something that belongs to the current coroutine and, when it is closed, says so in `log`. */
class Make extends Event<() => void> {
  readonly #name: string;
  readonly #log: string[];

  constructor(name: string, log: string[]) {
    super();
    this.#name = name;
    this.#log = log;
  }

  override perform(wait: Wait): () => void {
    const release = belongs(wait, () => this.#log.push(this.#name));
    return release;
  }
}

Deno.test("belongs(): what a coroutine made is closed when it ends, last first, however it ends", async () => {
  const log: string[] = [];
  function* make(how: string): Coroutine<void> {
    yield* new Make(`${how} 1`, log);
    yield* new Make(`${how} 2`, log);
    if (how === "throws") throw new Error(how);
    if (how === "killed") yield* sleep(60);
  }
  await play(function* () {
    yield* call(make, "returns");
    yield* caught(make("throws"));
    const thread = yield* spawn(make, "killed");
    yield* pass();
    yield* kill(thread);
    yield* caught(timeout(1, make("killed")));
    log.push("end");
  });
  const expected = ["returns", "throws", "killed", "killed"].flatMap((how) => [`${how} 2`, `${how} 1`]);
  assertEquals(log, [...expected, "end"]);
});

Deno.test("belongs(): what was let go of is not closed again", async () => {
  const log: string[] = [];
  await play(function* () {
    const release = yield* new Make("let go", log);
    yield* new Make("kept", log);
    release();
    release();
  });
  assertEquals(log, ["kept"]);
});

Deno.test("belongs(): what was deferred after it was made still finds it open", async () => {
  const log: string[] = [];
  await play(function* () {
    yield* new Make("first", log);
    yield* defer(() => void log.push("deferred"));
    yield* new Make("second", log);
    yield* new Make("third", log);
  });
  assertEquals(log, ["third", "second", "deferred", "first"]);
});

Deno.test("belongs(): ends that take long are begun together, and waited for, also when a kill comes meanwhile", () =>
  play(function* () {
    const log: string[] = [];
    /** Takes `seconds` to end. */
    class Slow extends Event<void> {
      readonly #seconds: number;

      constructor(seconds: number) {
        super();
        this.#seconds = seconds;
      }

      override perform(wait: Wait): void {
        const seconds = this.#seconds;
        let gone = () => {};
        belongs(wait, () => {
          log.push(`ends ${seconds}`);
          const ended = suspend<void>((resume) => void (gone = resume));
          wait.scheduler.spawn(function* () {
            yield* sleep(seconds);
            log.push(`gone ${seconds}`);
            gone();
          });
          return ended;
        });
      }
    }
    const thread = yield* spawn(function* () {
      yield* new Slow(3);
      yield* new Slow(2);
      return "done";
    });
    yield* pass();
    yield* sleep(1);
    log.push("kill");
    yield* kill(thread);
    assertEquals(log, ["ends 2", "ends 3", "kill", "gone 2", "gone 3"]);
    const value = yield* call(function* () {
      yield* new Slow(1);
      return "value";
    });
    assertEquals([value, log.at(-1)], ["value", "gone 1"]);
    const error = yield* caught(call(function* () {
      yield* new Slow(1);
      throw new Error("mine");
    }));
    assertEquals([String(error), log.at(-1)], ["Error: mine", "gone 1"]);
  }));

/**
 * Random programs of sleeps, scopes, timeouts, joins, shields, defers and `finally` blocks that yield, whose
 * threads are killed at random moments. All that a program throws are cancels, so what must hold is simple:
 * see `check`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import * as bluelet from "../../src/core/mod.ts";
import { play } from "../virtual_host.ts";
import { runs, SEED } from "./seed.ts";

type Step =
  | { do: "sleep"; seconds: number; native: boolean }
  | { do: "receive"; seconds: number }
  | { do: "sequence"; steps: Step[] }
  | { do: "call"; step: Step; native: boolean }
  | { do: "finally"; body: Step; cleanup: Step }
  | { do: "timeout"; seconds: number; quiet: boolean; body: Step }
  | { do: "scope"; children: Step[]; body: Step; kills: boolean }
  | { do: "spawn"; child: Step; waits: boolean }
  | { do: "join"; seconds: number }
  | { do: "race"; tasks: Step[] }
  | { do: "shield"; body: Step }
  | { do: "defer"; cleanup: Step };

interface Program {
  root: Step;
  /** When to kill which of the threads that there are, and whether to wait for its end. */
  kills: { at: number; which: number; waits: boolean }[];
}

// Few different times, so that much happens at once.
const seconds = fc.constantFrom(0, 1, 1, 2, 3);

const { step } = fc.letrec<{ step: Step }>((tie) => {
  const step = tie("step");
  const rec = <T extends Step["do"]>(kind: T, rest: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({ do: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<Step>;
  return {
    step: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      rec("sleep", { seconds, native: fc.boolean() }),
      rec("receive", { seconds }),
      rec("sequence", { steps: fc.array(step, { minLength: 1, maxLength: 3 }) }),
      rec("call", { step, native: fc.boolean() }),
      rec("finally", { body: step, cleanup: step }),
      rec("finally", { body: step, cleanup: step }),
      rec("timeout", { seconds, quiet: fc.boolean(), body: step }),
      rec("scope", { children: fc.array(step, { maxLength: 3 }), body: step, kills: fc.boolean() }),
      rec("spawn", { child: step, waits: fc.boolean() }),
      rec("join", { seconds }),
      rec("race", { tasks: fc.array(step, { minLength: 1, maxLength: 3 }) }),
      rec("shield", { body: step }),
      rec("defer", { cleanup: step }),
    ),
  };
});

const program: fc.Arbitrary<Program> = fc.record({
  root: step,
  kills: fc.array(
    fc.record({ at: fc.constantFrom(0, 1, 2, 3, 4, 5), which: fc.nat(20), waits: fc.boolean() }),
    { maxLength: 5 },
  ),
});

/** Whether threads have been killed: one of them, or those of a scope. */
interface Fate {
  killed: boolean;
  /** What else kills them. */
  readonly also: Fate | null;
}

function unkilled(also: Fate | null = null): Fate {
  return { killed: false, also };
}

/** Where code runs. */
interface Place {
  readonly fate: Fate;
  /** It is clean-up, or shielded, and so may run after a kill. */
  readonly mayRun: boolean;
  /** Those of the threads of the scopes that are open here. */
  readonly open: readonly Fate[];
}

/** Runs one program and keeps count. */
class Machine {
  readonly threads: { thread: bluelet.Thread; fate: Fate }[] = [];
  entered = 0;
  completed = 0;
  readonly breaches: string[] = [];

  /** Normal code goes on after a wait that hands nothing over: has its thread been killed before? */
  #goesOn({ fate, mayRun }: Place, what: string): void {
    if (mayRun) return;
    for (let at: Fate | null = fate; at !== null; at = at.also) {
      if (at.killed) return void this.breaches.push(`${what} went on after the kill`);
    }
  }

  /** A thread of its own, which `start` starts. */
  #thread(step: Step, also: Fate, scope: bluelet.Scope): void {
    const fate = unkilled(also);
    this.threads.push({ thread: scope.spawn(() => this.run(step, { fate, mayRun: false, open: [] })), fate });
  }

  *run(step: Step, place: Place): bluelet.Coroutine {
    switch (step.do) {
      case "sleep":
        if (step.native) yield* bluelet.sleep(step.seconds);
        else yield bluelet.sleep(step.seconds);
        return this.#goesOn(place, "a sleep");
      case "receive": {
        // Something that hands over a value: it may go on, but only as far as to its next yield.
        const { scheduler } = bluelet.current();
        yield bluelet.suspend<void>((resume) => {
          const thread = scheduler.spawn(function* () {
            yield* bluelet.sleep(step.seconds);
            resume();
          });
          return () => thread.kill();
        });
        yield* bluelet.null();
        return this.#goesOn(place, "a null after a result");
      }
      case "join": {
        const { scheduler } = bluelet.current();
        yield bluelet.join(scheduler.spawn(function* () {
          yield* bluelet.sleep(step.seconds);
        }));
        yield* bluelet.null();
        return this.#goesOn(place, "a null after a join");
      }
      case "sequence":
        for (const each of step.steps) yield* this.run(each, place);
        return;
      case "call":
        if (step.native) yield* this.run(step.step, place);
        else yield this.run(step.step, place);
        return;
      case "finally": {
        let unwinding = true;
        try {
          yield* this.run(step.body, place);
          unwinding = false;
        } catch (error) {
          // A kill of the whole thread has reached the threads of its scopes by the time that it is thrown.
          if (bluelet.current().cancellation!.kill?.error === error) {
            for (const fate of place.open) fate.killed = true;
          }
          throw error;
        } finally {
          if (unwinding) this.entered++;
          yield* this.run(step.cleanup, { ...place, mayRun: true });
          if (unwinding) this.completed++;
        }
        return;
      }
      case "timeout": {
        const body = this.run(step.body, place);
        try {
          yield* step.quiet ? bluelet.moveOnAfter(step.seconds, body) : bluelet.timeout(step.seconds, body);
        } catch (error) {
          if (!(error instanceof bluelet.TimeoutError)) throw error;
        }
        return;
      }
      case "scope":
        return yield* this.#scope(step, place);
      case "spawn":
        return yield* this.#spawn(step);
      case "race": {
        // A kill reaches them when it has reached this thread: who may run when is not this one's to say.
        const tasks = step.tasks.map((task) => this.run(task, { fate: unkilled(), mayRun: false, open: [] }));
        yield* bluelet.race(tasks);
        return;
      }
      case "shield":
        return yield* bluelet.shield(this.run(step.body, { ...place, mayRun: true }));
      case "defer":
        return void (yield this.#deferring(step.cleanup, place));
    }
  }

  *#deferring(cleanup: Step, place: Place): bluelet.Coroutine {
    // Whatever happens after the first, both are registered: a defer is performed even with a kill pending.
    yield* bluelet.defer(() => void this.completed++);
    yield* bluelet.defer(() => this.run(cleanup, { ...place, mayRun: true }));
    this.entered++;
    yield* bluelet.sleep(1);
    this.#goesOn(place, "a coroutine that deferred");
  }

  *#scope(step: Step & { do: "scope" }, place: Place): bluelet.Coroutine {
    const fate = unkilled();
    const body = function* (machine: Machine, scope: bluelet.Scope): bluelet.Coroutine {
      try {
        for (const child of step.children) machine.#thread(child, fate, scope);
        yield* machine.run(step.body, { ...place, open: [...place.open, fate] });
        if (step.kills) {
          fate.killed = true;
          scope.kill();
        }
      } catch (error) {
        // By now the cancel that came through here has reached the threads as well.
        fate.killed = true;
        throw error;
      }
    };
    yield* bluelet.scope((scope) => body(this, scope));
  }

  *#spawn(step: Step & { do: "spawn" }): bluelet.Coroutine {
    const fate = unkilled();
    const thread = yield* bluelet.spawn(() => this.run(step.child, { fate, mayRun: false, open: [] }));
    this.threads.push({ thread, fate });
    // Not a join, which throws the very error that kills this thread too, if both are in a scope that is killed.
    if (step.waits) yield bluelet.suspend<void>((resume) => thread.onEnd(() => resume()), { outside: false });
  }

  *kill(kills: Program["kills"]): bluelet.Coroutine {
    let time = 0;
    for (const { at, which, waits } of kills.toSorted((a, b) => a.at - b.at)) {
      yield* bluelet.sleep(at - time);
      time = at;
      const target = this.threads[which % this.threads.length]!;
      if (!target.thread.ended) target.fate.killed = true;
      if (!waits) target.thread.kill();
      else {
        yield* bluelet.kill(target.thread);
        if (!target.thread.ended) this.breaches.push("kill went on before the thread had ended");
      }
    }
  }
}

async function check({ root, kills }: Program): Promise<void> {
  const machine = new Machine();
  let scheduler: bluelet.Scheduler | undefined;
  await play(function* () {
    scheduler = bluelet.current().scheduler;
    const fate = unkilled();
    const thread = yield* bluelet.spawn(() => machine.run(root, { fate, mayRun: false, open: [] }));
    machine.threads.push({ thread, fate });
    yield* machine.kill(kills);
  }, { grace: Infinity }); // so that nothing is forced, and what hangs is a deadlock
  assertEquals(machine.breaches, [], "nothing runs after a kill but clean-up");
  assertEquals(
    machine.completed,
    machine.entered,
    "every clean-up that was entered by unwinding is completed",
  );
  assert(machine.threads.every(({ thread }) => thread.ended), "no thread is left");
  assertEquals(scheduler!.threads.length, 0);
  assertEquals(scheduler!.timers.size, 0, "no timer is left");
  assertEquals(scheduler!.outside, 0, "no wait for the outside is left");
}

Deno.test("random programs whose threads are killed at random moments clean up, and end", async () => {
  await fc.assert(fc.asyncProperty(program, check), { seed: SEED, numRuns: runs(2_000) });
});

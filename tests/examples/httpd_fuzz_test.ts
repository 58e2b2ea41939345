/**
 * Requests that were changed at random, on many connections at once, to the web server as a process of its own.
 * It stays alive, answers what is valid at once, and its memory stays level. A failure names its seed.
 *
 *     BLUELET_REQUESTS=200000 deno test -P tests/examples/httpd_fuzz_test.ts
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { Dice, setting } from "../sync/seeds.ts";
import { bytesOf, connect, heard, memoryOf, sendInPieces } from "./fuzz_client.ts";
import { LAST, OF_HTTP, request, VALID } from "./httpd_corpus.ts";
import { PORT, serve } from "./httpd_site.ts";
import { Spoiler } from "./mutations.ts";

const REQUESTS = setting("BLUELET_REQUESTS") ?? 2_000;
const CLIENTS = 20;

/** In how many seconds a valid request is to be answered, whatever the others do. */
const SOON = 20;
/** The most memory, in megabytes, and by how much it may grow once everything has been seen. */
const MOST = 300, GROWTH = 60;

/** What a client does once it has sent everything. */
type Farewell =
  | "reads to the end"
  | "goes, and reads nothing"
  | "goes in the middle"
  | "stays, and says nothing";

class Fuzz {
  sent = 0;
  readonly statuses: Record<string, number> = {};
  readonly farewells: Record<string, number> = {};
  readonly spoiler = new Spoiler(OF_HTTP);
  readonly #held: Promise<void>[] = [];

  /** One connection: some valid requests, then some that were changed. */
  async attack(dice: Dice): Promise<void> {
    const valid = Array.from({ length: dice.below(3) }, () => dice.pick(VALID));
    const changed = Array.from({ length: dice.oneIn(2) ? 1 : 1 + dice.below(6) }, () => {
      const text = dice.oneIn(5) ? dice.pick(LAST) : dice.pick(VALID)[0];
      return this.spoiler.spoil(text, dice);
    });
    this.sent += changed.length;
    const bytes = bytesOf(valid.map(([text]) => text).join("") + changed.join(""));
    const farewell: Farewell = dice.oneIn(200)
      ? "stays, and says nothing"
      : dice.pick(["reads to the end", "reads to the end", "goes, and reads nothing", "goes in the middle"]);
    this.farewells[farewell] = (this.farewells[farewell] ?? 0) + 1;

    const conn = await connect(PORT);
    const sending = sendInPieces(
      conn,
      farewell === "goes in the middle" ? bytes.subarray(0, dice.below(bytes.length)) : bytes,
      dice,
    );
    const reading = farewell.startsWith("goes") ? Promise.resolve(undefined) : heard(conn);
    const done = (async () => {
      try {
        await sending;
        if (farewell === "reads to the end") await conn.closeWrite();
      } catch {
        // The server had heard enough.
      }
      try {
        const text = await reading;
        if (text !== undefined) this.#check(text, valid);
      } finally {
        conn.close();
      }
    })();
    if (farewell !== "stays, and says nothing") return await done;
    done.catch(() => {}); // it is waited for later
    this.#held.push(done);
    if (this.#held.length > 200) await this.#held.shift();
  }

  /** Waits for the clients that stayed. */
  async settled(): Promise<void> {
    await Promise.all(this.#held);
  }

  /** All that came is answers, and what was valid has its own. */
  #check(text: string, valid: [string, number][]): void {
    const statuses = statusesIn(text);
    assertEquals(statuses.slice(0, valid.length), valid.map(([, status]) => status), text.slice(0, 2_000));
    for (const status of statuses) this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }
}

/** The statuses of answers, one after the other; fails if there is anything else in between. */
function statusesIn(text: string): number[] {
  const statuses: number[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\r\n\r\n", at) + 4;
    const head = text.slice(at, end);
    const [, status] = /^HTTP\/1\.1 (\d{3}) [\w -]+\r\n(?:[\w-]+: [^\r\n]*\r\n)+\r\n$/.exec(head) ?? [];
    assert(status !== undefined, `this is no head of an answer: ${text.slice(at, at + 500)}`);
    statuses.push(Number(status));
    const length = Number(/^Content-Length: (\d+)\r$/m.exec(head)?.[1] ?? 0);
    // The answer to a HEAD tells a length and has no body.
    at = end === text.length || text.startsWith("HTTP/1.1 ", end) ? end : end + length;
    assert(at <= text.length, `an answer that is too short: ${head}`);
  }
  return statuses;
}

/** Asks for valid things on connections of its own, until told to stop; results in how long each took, in seconds. */
async function probe(goesOn: () => boolean): Promise<number[]> {
  const took: number[] = [];
  for (let count = 0; goesOn(); count++) {
    const started = performance.now();
    const conn = await connect(PORT);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      conn.close();
    }, SOON * 1000);
    try {
      const text = VALID.map(([text]) => text).join("") + request("GET /hello.txt", "Connection: close");
      const [answers] = await Promise.all([
        heard(conn),
        sendInPieces(conn, bytesOf(count % 2 === 0 ? text : LAST[2]!), new Dice(count)),
      ]);
      const expected = [...count % 2 === 0 ? VALID.map(([, status]) => status) : [], 200];
      assertEquals(statusesIn(answers), expected);
      assert(answers.endsWith("\r\n\r\nHello, world!\n"));
    } catch (error) {
      throw late ? new Error(`A valid request was not answered within ${SOON} s.`, { cause: error }) : error;
    } finally {
      clearTimeout(timer);
      if (!late) conn.close();
    }
    took.push((performance.now() - started) / 1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return took;
}

Deno.test({
  name: `httpd.ts stands ${REQUESTS} requests that were changed at random, and answers valid ones in between`,
  ignore: Deno.build.os !== "linux" || lacks(["net", "run", "read", "write", "env"], ["cat"]),
  async fn() {
    await using site = await serve({ args: ["docs", "--patience", "10", "--quiet"] });
    await Deno.writeFile(`${site.folder}/docs/middle.bin`, new Uint8Array(200_000).fill(120));
    const seed = setting("BLUELET_SEED") ?? 1;
    const fuzz = new Fuzz();
    const started = performance.now();
    let early: number | undefined, running = true;
    const probing = probe(() => running);
    const attacking = Array.from({ length: CLIENTS }, async (_, i) => {
      const dice = new Dice(seed * CLIENTS + i);
      while (running && fuzz.sent < REQUESTS) {
        await fuzz.attack(dice);
        if (early === undefined && fuzz.sent > REQUESTS / 5) early = (await memoryOf(site.program.pid)).now;
      }
    });
    try {
      // Whichever fails first ends all.
      await Promise.race([probing, Promise.all(attacking)]);
      await fuzz.settled();
    } catch (error) {
      throw new Error(`with BLUELET_SEED=${seed}: ${error}\n${site.program.errors}`, { cause: error });
    } finally {
      running = false;
      await Promise.allSettled([probing, ...attacking, fuzz.settled()]);
    }
    const seconds = (performance.now() - started) / 1000;
    const took = (await probing).sort((a, b) => a - b);
    const { now, most } = await memoryOf(site.program.pid);
    const figures = {
      requests: fuzz.sent,
      seconds: Math.round(seconds),
      statuses: fuzz.statuses,
      clients: fuzz.farewells,
      probes: took.length,
      "slowest probe, seconds": Number(took.at(-1)!.toFixed(3)),
      "megabytes early, at the end, at most": [early, now, most].map((each) => Math.round(each ?? NaN)),
    };
    console.log(JSON.stringify(figures));
    for (const [way, count] of Object.entries(fuzz.spoiler.taken)) assert(count > 0, `never taken: ${way}`);
    for (const status of [200, 206, 301, 304, 400, 404, 405, 411, 412, 414, 431]) {
      assert((fuzz.statuses[status] ?? 0) > 0, `never answered: ${status}`);
    }
    for (const status in fuzz.statuses) assert(Number(status) < 500 || status === "505", status);
    assert(took.at(-1)! < SOON && took.length > 3, `${took.length} probes, the slowest ${took.at(-1)} s`);
    assert(most < MOST, `${most} MB`);
    assert(now - early! < GROWTH, `${early} MB became ${now} MB`);
    const ending = await site.program.stop();
    assertEquals({ code: ending.code, errors: ending.errors }, { code: 0, errors: "" });
  },
});

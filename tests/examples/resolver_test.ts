import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import packet, { type Answer, type Packet } from "dns-packet";
import * as bluelet from "../../mod.ts";
import { lacks } from "../requirements.ts";
import { needingPort } from "./ports.ts";
import { assertNeeds, client, type Program, start } from "./program.ts";

const ignore = lacks(["net", "run", "read"]);
const withDig = lacks(["net", "run", "read", "env"], ["dig"]);

/** A resolver on a free port. */
async function open(...args: string[]): Promise<{ program: Program; port: number }> {
  const program = start("resolver.ts", { args: ["--port", "0", ...args] });
  const [, port] = await program.line(/^Listening on 127\.0\.0\.1:(\d+)/);
  return { program, port: Number(port) };
}

/** What `dig` makes of the answer to a question. */
async function dig(
  port: number,
  ...args: string[]
): Promise<{ status: string; answers: string[]; all: string }> {
  const all = await client("dig", ["@127.0.0.1", "-p", String(port), "+tries=1", "+time=10", ...args]);
  return {
    status: /status: (\w+)/.exec(all)?.[1] ?? "none",
    answers: all.split("\n").filter((line) => /^[^;].*\sIN\s/.test(line)).map((line) =>
      line.replace(/\s+/g, " ")
    ),
    all,
  };
}

Deno.test({
  name: "resolver.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("resolver.ts", "--allow-net=127.0.0.1:5354"),
});

Deno.test(needingPort(5354, {
  name: "resolver.ts answers dig with the command of its header, and needs no network",
  ignore: withDig,
  async fn() {
    await using program = start("resolver.ts");
    await program.line(/^Listening on 127\.0\.0\.1:5354, asking 127\.0\.0\.1, port \d+$/);
    for (let i = 0; i < 2; i++) {
      const { status, answers } = await dig(5354, "demo.test");
      assertEquals(status, "NOERROR");
      assertMatch(answers.join(), /^demo\.test\. (30|2\d) IN A 192\.0\.2\.1$/);
    }
    assertEquals((await dig(5354, "nobody.demo.test")).status, "NXDOMAIN");
    assertEquals((await dig(5354, "lossy.demo.test", "+short")).all, "192.0.2.4\n");
    const { code, output, errors } = await program.stop();
    assertEquals([code, errors], [130, ""]);
    assertMatch(
      output,
      /^4 questions: 1 from memory, 0 without an answer, 0 left out; 0 datagrams dropped$/m,
    );
  },
}));

Deno.test({
  name: "resolver.ts answers Node's resolver",
  ignore: lacks(["net", "run", "read", "env"], ["node"]),
  async fn() {
    const { program, port } = await open();
    await using _ = program;
    const script = `
      const { Resolver } = require("node:dns").promises;
      const resolver = new Resolver();
      resolver.setServers(["127.0.0.1:${port}"]);
      const names = ["demo.test", "www.demo.test", "slow.demo.test", "WWW.Demo.Test"];
      Promise.all(names.map((name) => resolver.resolve4(name)))
        .then((all) => resolver.resolve4("no.demo.test").catch((error) => console.log(all.join(), error.code)));
    `;
    assertEquals(await client("node", ["-e", script]), "192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.2 ENOTFOUND\n");
  },
});

/** Runs `body` beside an upstream server, which is given each question and the port that it came from. */
async function beside(
  serve: (socket: bluelet.DatagramSocket) => bluelet.Coroutine<void>,
  body: (resolver: { program: Program; port: number }) => Promise<void>,
  ...args: string[]
): Promise<void> {
  await bluelet.run(function* (): bluelet.Coroutine<void> {
    const socket = yield* bluelet.datagramSocket("127.0.0.1", 0);
    yield* bluelet.scope(function* (scope): bluelet.Coroutine<void> {
      const thread = scope.spawn(serve, socket);
      const resolver: Awaited<ReturnType<typeof open>> = yield open(
        "--upstream",
        `127.0.0.1:${socket.port}`,
        ...args,
      );
      try {
        yield body(resolver);
      } finally {
        yield resolver.program[Symbol.asyncDispose]();
      }
      yield* bluelet.kill(thread);
    });
  }());
}

type Questions = (question: Packet & { id: number }, asked: number) => (Uint8Array | null)[];

/** An upstream server that answers the nth question with the datagrams that `answer` makes. */
function upstream(answer: Questions, seen: { name: string; id: number; port: number }[] = []) {
  return function* (socket: bluelet.DatagramSocket): bluelet.Coroutine<void> {
    for (;;) {
      const { data, addr } = yield* socket.receive();
      const question = packet.decode(Buffer.from(data)) as Packet & { id: number };
      seen.push({ name: question.questions![0]!.name, id: question.id, port: addr.port });
      for (const reply of answer(question, seen.length)) {
        if (reply !== null) yield* socket.send(reply, addr.hostname, addr.port);
      }
    }
  };
}

function reply(
  { id, questions }: Packet & { id: number },
  data: string,
  { ttl = 60, ...rest }: Partial<Packet> & { ttl?: number } = {},
): Uint8Array {
  const { name } = questions![0]!;
  const answers: Answer[] = [{ type: "A", name, data, ttl } as Answer];
  return packet.encode({ type: "response", id, questions, answers, ...rest } as Packet);
}

Deno.test({
  name:
    "resolver.ts asks again when an answer does not come, under one id; each question has an id and a port of its own",
  ignore: withDig,
  fn: async () => {
    const seen: { name: string; id: number; port: number }[] = [];
    const serve = upstream((question, asked) => [asked === 1 ? null : reply(question, "10.0.0.1")], seen);
    await beside(serve, async ({ port }) => {
      for (const name of ["a.test", "b.test", "c.test", "d.test"]) {
        assertEquals((await dig(port, name, "+short")).all, "10.0.0.1\n");
      }
      assertEquals(seen.map(({ name }) => name), ["a.test", "a.test", "b.test", "c.test", "d.test"]);
      assertEquals(seen[0], seen[1]);
      assertEquals(new Set(seen.map(({ port }) => port)).size, 4);
      assert(new Set(seen.map(({ id }) => id)).size >= 3);
    });
  },
});

Deno.test({
  name:
    "resolver.ts believes no answer with another id, to another question, from another port, or that is no answer",
  ignore: withDig,
  fn: async () => {
    const right = "10.0.0.1", wrong = "10.6.6.6";
    function* serve(socket: bluelet.DatagramSocket): bluelet.Coroutine<void> {
      using stranger = yield* bluelet.datagramSocket("127.0.0.1", 0);
      for (;;) {
        const { data, addr } = yield* socket.receive();
        const question = packet.decode(Buffer.from(data)) as Packet & { id: number };
        yield* stranger.send(reply(question, wrong), addr.hostname, addr.port);
        const { questions } = question;
        const other = [{ ...questions![0]!, name: "other.test" }];
        const cut = reply(question, wrong).slice(0, -1);
        for (
          const datagram of [
            reply({ ...question, id: question.id ^ 1 }, wrong),
            reply({ ...question, questions: other }, wrong),
            reply(question, wrong, { type: "query" }),
            reply(question, wrong, { questions: [] }),
            cut,
            new Uint8Array(0),
            data, // the question itself
            reply(question, right),
          ]
        ) {
          yield* socket.send(datagram, addr.hostname, addr.port);
        }
      }
    }
    await beside(serve, async ({ port }) => {
      assertEquals((await dig(port, "a.test", "+short")).all, `${right}\n`);
      assertEquals((await dig(port, "a.test", "+short")).all, `${right}\n`);
    });
  },
});

Deno.test({
  name: "resolver.ts answers SERVFAIL when the server is silent, and asks once for many",
  ignore: withDig,
  fn: async () => {
    const seen: { name: string; id: number; port: number }[] = [];
    await beside(upstream(() => [], seen), async ({ port, program }) => {
      const all = await Promise.all(["a.test", "A.test", "a.TEST"].map((name) => dig(port, name)));
      assertEquals(all.map(({ status }) => status), ["SERVFAIL", "SERVFAIL", "SERVFAIL"]);
      assertEquals(seen.length, 3, "once, and two retries");
      const { output } = await program.stop();
      assertMatch(output, /^3 questions: 0 from memory, 1 without an answer/m);
    });
  },
});

Deno.test({
  name: "resolver.ts keeps an answer for as long as it says, no errors, and no more than --entries",
  ignore: withDig,
  fn: async () => {
    const seen: { name: string; id: number; port: number }[] = [];
    const soa = {
      type: "SOA",
      name: "test",
      ttl: 300,
      data: { mname: "ns.test", rname: "x.test", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 60 },
    } as Answer;
    const serve = upstream((question) => {
      const { name } = question.questions![0]!;
      if (name === "now.test") return [reply(question, "10.0.0.1", { ttl: 0 })];
      if (name === "broken.test") return [reply(question, "", { flags: 2, answers: [] })];
      if (name === "none.test") return [reply(question, "", { flags: 3, answers: [], authorities: [soa] })];
      return [reply(question, "10.0.0.1", { ttl: 600 })];
    }, seen);
    await beside(
      serve,
      async ({ port }) => {
        for (const name of ["now.test", "broken.test", "none.test", "a.test"]) {
          const [first, second] = [await dig(port, name), await dig(port, name)];
          assertEquals(first.status, second.status);
          const asked = seen.filter((each) => each.name === name).length;
          assertEquals(asked, name === "none.test" || name === "a.test" ? 1 : 2, name);
        }
        for (const name of ["b.test", "c.test", "a.test"]) await dig(port, name);
        assertEquals(
          seen.filter(({ name }) => name === "a.test").length,
          2,
          "of two answers it was the oldest",
        );
      },
      "--entries",
      "2",
    );
  },
});

Deno.test({
  name: "resolver.ts cuts an answer that is longer than the client takes",
  ignore: withDig,
  fn: async () => {
    const serve = upstream((question) => {
      const { name } = question.questions![0]!;
      const answers = Array.from(
        { length: 40 },
        (_, i) => ({ type: "A", name, ttl: 60, data: `10.0.0.${i}` } as Answer),
      );
      return [reply(question, "", { answers })];
    });
    await beside(serve, async ({ port }) => {
      assertEquals((await dig(port, "a.test", "+ignore")).answers.length, 40);
      const short = await dig(port, "a.test", "+noedns", "+ignore");
      assertMatch(short.all, /flags: qr[^;]* tc/);
      assertEquals(short.answers, []);
    });
  },
});

Deno.test({
  name: "resolver.ts is not ended by anything that is sent to it",
  ignore: withDig,
  fn: async () => {
    const { program, port } = await open();
    await using _ = program;
    await bluelet.run(function* () {
      const socket = yield* bluelet.datagramSocket("127.0.0.1", 0);
      const good = packet.encode(
        { type: "query", id: 7, questions: [{ type: "A", name: "demo.test" }] } as Packet,
      );
      const header = (...counts: number[]) =>
        new Uint8Array([0, 7, 1, 0, ...counts.flatMap((n) => [n >> 8, n & 255])]);
      const join = (...parts: (Uint8Array | number[])[]) =>
        new Uint8Array(parts.flatMap((part) => [...part]));
      const odd = [
        new Uint8Array(0),
        new Uint8Array(65_507),
        header(1, 0, 0, 0),
        header(65_535, 65_535, 65_535, 65_535),
        join(header(1, 0, 0, 0), [0xc0, 12, 0, 1, 0, 1]), // a name that points at itself
        join(header(1, 0, 0, 0), new Array(300).fill(1), [0, 0, 1, 0, 1]), // longer than names may be
        join(header(1, 0, 0, 0), [63]),
        join(header(1, 65_535, 0, 0), good.subarray(12), new Array(60_000).fill(0)),
        join([0, 7, 0x81, 0x80], good.subarray(4)), // an answer, from whom nobody asked
        join(good.subarray(0, 2), [0x78, 0], good.subarray(4)), // an unknown kind of question
      ];
      let seed = 12_345;
      const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % below;
      for (let i = 0; i < 2_000; i++) {
        const mutant = new Uint8Array(good.slice(0, 1 + random(good.length)));
        for (let j = random(4); j > 0; j--) mutant[random(mutant.length)] = random(256);
        odd.push(mutant);
      }
      for (const [i, data] of odd.entries()) {
        yield* socket.send(data, "127.0.0.1", port);
        if (i % 100 === 0) yield* bluelet.sleep(0.005);
      }
    }());
    assertEquals((await dig(port, "demo.test", "+short")).all, "192.0.2.1\n");
    const { code, errors } = await program.stop();
    assertEquals([code, errors], [130, ""]);
  },
});

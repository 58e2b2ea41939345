/**
 * A caching DNS forwarder: answers questions from its memory, or else asks another server.
 *
 *     deno run --allow-net=127.0.0.1 examples/resolver.ts
 *
 * Then `dig @127.0.0.1 -p 5354 demo.test`, twice. Without `--upstream` it asks a server of its own, which knows `demo.test`,
 * `www.demo.test`, `slow.demo.test` and `lossy.demo.test`. Usage:
 * `resolver.ts [--port N] [--upstream ADDRESS[:PORT]] [--entries N]`.
 *
 * What it shows: datagrams. One thread receives; each question that has to be asked gets a thread of its own, in a pool, so
 * that no slow server holds up the others, and no flood of questions grows without bound. A question that is being asked
 * already is not asked again. Nothing that anybody sends ends it. (It speaks no TCP: too long an answer is cut.)
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { Cache } from "./resolver/cache.ts";
import { demonstration } from "./resolver/demonstration.ts";
import {
  type Answer,
  NOTIMP,
  OPCODE,
  type Question,
  readQuestion,
  replyTo,
  SERVFAIL,
} from "./resolver/message.ts";
import { ask, type Server } from "./resolver/upstream.ts";

/** The most questions that are asked at a time; clients whose question is left out ask again by themselves. */
const AT_ONCE = 256;

/** Who sent a question, and so gets the answer. */
interface Client {
  readonly question: Question;
  readonly addr: { readonly hostname: string; readonly port: number };
}

class Forwarder {
  /** What it did, for the end. */
  readonly counts = { questions: 0, cached: 0, unanswered: 0, leftOut: 0 };
  readonly #socket: bluelet.DatagramSocket;
  readonly #server: Server;
  readonly #cache: Cache;
  readonly #pool = new bluelet.Pool(AT_ONCE);
  /** The clients of each question that is being asked. */
  readonly #asking = new Map<string, Client[]>();

  constructor(socket: bluelet.DatagramSocket, server: Server, entries: number) {
    this.#socket = socket;
    this.#server = server;
    this.#cache = new Cache(entries, () => performance.now() / 1000);
  }

  *run(): bluelet.Coroutine<void> {
    for (;;) {
      const { data, addr } = yield* this.#socket.receive();
      const question = readQuestion(data);
      if (question === null) continue;
      this.counts.questions++;
      yield* this.#serve({ question, addr });
    }
  }

  *#serve(client: Client): bluelet.Coroutine<void> {
    const { question } = client, { key } = question;
    const known = this.#cache.get(key);
    if (known !== undefined) {
      this.counts.cached++;
      return yield* this.#reply(client, known.answer, known.age);
    }
    if (question.flags & OPCODE) return yield* this.#reply(client, NOTIMP);
    const others = this.#asking.get(key);
    if (others !== undefined && others.length < AT_ONCE) return void others.push(client);
    if (others !== undefined || this.#pool.active >= AT_ONCE) return void this.counts.leftOut++;
    this.#asking.set(key, [client]);
    yield* this.#pool.spawn((question) => this.#ask(question), question);
  }

  /** Asks the server, and tells all who wanted to know. */
  *#ask(question: Question): bluelet.Coroutine<void> {
    const answer = yield* ask(this.#server, question);
    const clients = this.#asking.get(question.key)!;
    this.#asking.delete(question.key);
    if (answer === null) this.counts.unanswered++;
    else this.#cache.set(question.key, answer);
    for (const client of clients) yield* this.#reply(client, answer ?? SERVFAIL);
  }

  *#reply({ question, addr }: Client, answer: Answer | number, age = 0): bluelet.Coroutine<void> {
    try {
      yield* this.#socket.send(replyTo(question, answer, age), addr.hostname, addr.port);
    } catch (error) {
      // Such as an address that nobody can send to: the sender's is whatever it wrote there.
      if (!(error instanceof bluelet.SocketError)) throw error;
    }
  }
}

/** `9.9.9.9`, `127.0.0.1:5300` or `[::1]:5300`. */
function serverFrom(text: string): Server {
  const url = URL.parse(`udp://${text}`); // which writes an IPv6 address as the system does
  const hostname = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
  if (!/^[\d.]+$|:/.test(hostname)) {
    throw new Error(`--upstream takes an address, such as 9.9.9.9 or [::1]:5300; got ${text}.`);
  }
  return { hostname, port: Number(url!.port || 53) };
}

function numberFrom(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${option} takes a number; got ${text}.`);
  return Number(text);
}

function* resolver(args: string[]): bluelet.Coroutine<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "5354" },
      upstream: { type: "string" },
      entries: { type: "string", default: "10000" },
    },
  });
  const entries = numberFrom(values.entries, "entries");
  const socket = yield* bluelet.datagramSocket("127.0.0.1", numberFrom(values.port, "port"));
  const own = values.upstream === undefined ? yield* bluelet.datagramSocket("127.0.0.1", 0) : null;
  const server = own?.addr ?? serverFrom(values.upstream!);
  const forwarder = new Forwarder(socket, server, entries);
  console.log(`Listening on 127.0.0.1:${socket.port}, asking ${server.hostname}, port ${server.port}`);
  try {
    // In a scope, which ends its threads before the sockets are closed.
    yield* bluelet.scope(function* (scope) {
      if (own !== null) scope.spawn(demonstration, own);
      yield* forwarder.run();
    });
  } finally {
    const { questions, cached, unanswered, leftOut } = forwarder.counts;
    console.log(
      `${questions} questions: ${cached} from memory, ${unanswered} without an answer, ${leftOut} left out; ` +
        `${socket.dropped} datagrams dropped`,
    );
  }
}

if (import.meta.main) await bluelet.main(resolver(Deno.args));

/**
 * Sends a mail by SMTP (RFC 5321), which begins in the clear and goes on with TLS (STARTTLS, RFC 3207).
 *
 *     deno run --allow-net=127.0.0.1 --allow-run=openssl examples/smtp.ts
 *
 * Usage: smtp.ts [--server HOST:PORT] [--from ADDRESS] [--to ADDRESS] [--trust FILE] [TEXT...]
 *
 * Without a server it sends to a demonstration of one (in the folder `smtp`), which prints what it is sent.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { demonstration } from "./smtp/demonstration.ts";

/** Seconds that a server has for each answer. */
const PATIENCE = 60;

/** An answer, which may have several lines: `250-first`, `250 last`. */
function* answer(conn: bluelet.Connection, ...expected: number[]): bluelet.Coroutine<string[]> {
  const lines: string[] = [];
  while (true) {
    const line = yield* bluelet.timeout(PATIENCE, conn.readline());
    if (line === null) throw new Error("The server closed the connection.");
    const [, code, more, text = ""] = /^(\d{3})([ -]?)(.*?)\r?\n?$/.exec(line) ?? [];
    if (code === undefined) throw new Error(`The server said what is no answer: ${JSON.stringify(line)}`);
    lines.push(text);
    if (more === "-") continue;
    if (expected.includes(Number(code))) return lines;
    throw new Error(`The server said no: ${code} ${lines.join(" ")}`);
  }
}

/** Sends a command, and waits for one of the answers that go on. */
function* say(conn: bluelet.Connection, command: string, ...expected: number[]) {
  if (/[\r\n]/.test(command)) throw new Error(`A command is one line; got ${JSON.stringify(command)}.`);
  yield* conn.sendall(`${command}\r\n`);
  return yield* answer(conn, ...expected);
}

interface Mail {
  from: string;
  to: string;
  text: string;
}

/** Sends `mail` by the server at `host` and `port`; nothing of it goes out in the clear. */
function* send({ from, to, text }: Mail, host: string, port: number, caCerts: string[]) {
  using plain = yield* bluelet.timeout(PATIENCE, bluelet.connect(host, port));
  yield* answer(plain, 220);
  const offers = yield* say(plain, "EHLO localhost", 250);
  if (!offers.includes("STARTTLS")) throw new Error(`${host} does not offer STARTTLS.`);
  yield* say(plain, "STARTTLS", 220);
  using conn = yield* bluelet.timeout(PATIENCE, bluelet.startTls(plain, { caCerts }));
  yield* say(conn, "EHLO localhost", 250); // what was said in the clear does not count
  yield* say(conn, `MAIL FROM:<${from}>`, 250);
  yield* say(conn, `RCPT TO:<${to}>`, 250, 251);
  yield* say(conn, "DATA", 354);
  const head = `From: <${from}>\r\nTo: <${to}>\r\nDate: ${new Date().toUTCString()}\r\n`;
  // A line that is a single dot ends a mail, so that one of its own gets another in front.
  const body = text.replaceAll(/\r?\n/g, "\r\n").replaceAll(/^\./gm, "..");
  yield* conn.sendall(`${head}\r\n${body}\r\n.\r\n`);
  yield* answer(conn, 250);
  yield* say(conn, "QUIT", 221);
}

function* main(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      server: { type: "string" },
      from: { type: "string", default: "me@localhost" },
      to: { type: "string", default: "you@localhost" },
      trust: { type: "string" },
    },
  });
  const { from, to, server, trust } = values;
  const mail = { from, to, text: positionals.join(" ") || "Hello,\n.\nthat was a dot.\n" };
  if (server === undefined) {
    const { port, certificate } = yield* demonstration();
    yield* send(mail, "127.0.0.1", port, [certificate]);
  } else {
    const [, host = "", port = "587"] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(server) ?? [];
    yield* send(mail, host, Number(port), trust === undefined ? [] : [yield* bluelet.readTextFile(trust)]);
  }
  console.log("Sent.");
}

await bluelet.main(main(Deno.args));

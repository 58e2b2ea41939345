/**
 * A chat room for `nc` and `telnet`: say your name, then type; `/who` lists who is there, `/quit` leaves.
 *
 *     deno run --allow-net=127.0.0.1:4917 examples/chat.ts
 *
 * Then `nc 127.0.0.1 4917` in some other terminals. Usage: `chat.ts [--port N]`.
 *
 * What it shows: each member has a scope of two threads. One reads what the member types. The other writes
 * what the room has to say, which comes through a channel of limited room. Nobody ever waits for another
 * member's network: what does not fit into the channel of a member who reads slowly is left out for that
 * member alone, who is told so later. If either thread ends, its scope ends the other, and the member leaves.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";

/** How many lines may wait for a member who reads slowly, and for how many seconds one line may. */
const BACKLOG = 100, PATIENCE = 60;
/** The most bytes of a line. */
const LONGEST_LINE = 1000;

/** Someone in the room. */
class Member {
  /** Lines that wait to be written to the member. */
  readonly outbox = new bluelet.Channel<string>(BACKLOG);
  #missed = 0;

  constructor(readonly name: string) {}

  /** Tells the member something, now, later, or not at all. Waits for nothing. */
  tell(line: string): void {
    if (this.#missed > 0 && this.outbox.trySend(`* You were too slow and missed ${this.#missed} lines.`)) {
      this.#missed = 0;
    }
    if (!this.outbox.trySend(line)) this.#missed++;
  }
}

/** The room. */
class Room {
  readonly #members = new Map<string, Member>();

  /** Who is here. */
  get names(): string {
    return [...this.#members.keys()].join(", ");
  }

  /** Lets someone in, unless there is one of that name. */
  enter(name: string): Member | undefined {
    if (this.#members.has(name)) return undefined;
    this.say(`* ${name} has joined.`);
    const member = new Member(name);
    this.#members.set(name, member);
    member.tell(`* Welcome, ${name}. Here are: ${this.names}.`);
    console.log(`${name} has joined; ${this.#members.size} here.`);
    return member;
  }

  leave(member: Member): void {
    this.#members.delete(member.name);
    member.outbox.close();
    this.say(`* ${member.name} has left.`);
    console.log(`${member.name} has left; ${this.#members.size} here.`);
  }

  /** Tells everyone, but not the one who says it. */
  say(line: string, from?: Member): void {
    for (const member of this.#members.values()) if (member !== from) member.tell(line);
  }
}

/** One visitor, from the first word to the last. */
function* visit(room: Room, conn: bluelet.Connection) {
  const member = yield* bluelet.moveOnAfter(PATIENCE, introduction(room, conn));
  if (!member) return;
  try {
    yield* bluelet.scope(function* (scope) {
      scope.spawn(writer(member, conn));
      yield* reader(room, member, conn);
      member.outbox.close(); // The writer ends when it has written what is left.
    });
  } finally {
    room.leave(member);
  }
}

/** Asks for a name until there is a good one; `null` if the visitor goes. */
function* introduction(room: Room, conn: bluelet.Connection) {
  let question = "What is your name?";
  while (true) {
    yield* conn.sendall(`${question}\n`);
    const name = yield* readText(conn);
    if (name === null) return null;
    const isName = /^[\p{L}\p{N}_-]{1,20}$/u.test(name);
    const member = isName ? room.enter(name) : undefined;
    if (member !== undefined) return member;
    question = isName
      ? `Somebody is called ${name} already. Your name?`
      : "Up to 20 letters and digits, please. Your name?";
  }
}

/** Passes on what the member types, until the member goes. */
function* reader(room: Room, member: Member, conn: bluelet.Connection) {
  while (true) {
    const text = yield* readText(conn);
    if (text === null || text === "/quit") return;
    if (text === "/who") member.tell(`* Here are: ${room.names}.`);
    else if (text !== "") room.say(`<${member.name}> ${text}`, member);
  }
}

/** Writes what there is to tell the member, until the channel is closed. */
function* writer(member: Member, conn: bluelet.Connection) {
  while (true) {
    const line = yield* member.outbox.receive(null);
    if (line === null) return;
    yield* bluelet.timeout(PATIENCE, conn.sendall(`${line}\n`));
  }
}

/** A line without what could play tricks on other people's terminals; `null` at the end. */
function* readText(conn: bluelet.Connection) {
  const line = yield* conn.readline("\n", { limit: LONGEST_LINE });
  return line?.replace(/\p{C}/gu, "").trim() ?? null;
}

function* chat(port: number) {
  const room = new Room();
  yield* bluelet.server("127.0.0.1", port, (conn) => visit(room, conn), {
    onListen: () => console.log(`The room is open at 127.0.0.1:${port}`),
    onError: (error) => console.log(`Somebody was shown out: ${error}`),
  });
}

function* main() {
  try {
    const { values } = parseArgs({ options: { port: { type: "string", default: "4917" } } });
    yield* chat(Number(values.port));
  } catch (error) {
    if (error instanceof bluelet.InterruptError) return console.log("The room is closed.");
    const expected = error instanceof bluelet.SocketError || error instanceof RangeError ||
      error instanceof TypeError && "code" in error; // a port that is taken, or no port; no such option
    if (!expected) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  }
}

await bluelet.main(main());

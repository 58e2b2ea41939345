/**
 * A chat room for `nc` and `telnet`: say your name, then type; `/who` lists who is there, `/quit` leaves.
 *
 *     deno run --allow-net=127.0.0.1:4917 examples/chat.ts
 *
 * Then `nc 127.0.0.1 4917` in some other terminals. Usage: `chat.ts [--port N]`.
 *
 * What it shows: each member has a scope of two threads. One reads what the member types. The other writes what
 * the room has to say, which comes through a channel. Nobody ever waits for another member's network: who does
 * not read is shown out, by a kill. Nobody drowns out the others, either: who types too much is read more slowly,
 * by a sleep. However a thread ends, its scope ends the other, and the member leaves.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { Log } from "./chat/log.ts";
import { nameFrom, printable } from "./chat/names.ts";
import { lineOf, type Member, Room } from "./chat/room.ts";

/** The most bytes of a line that is typed. */
const LONGEST_LINE = 1000;
/** Seconds that a visitor has to find a name, and the most names that it may try. */
const PATIENCE = 60, TRIES = 20;
/** The most visitors that have no name yet; a new one takes the place of the one that has been looking for longest. */
const VISITORS = 64;
/** Seconds for which a member may type too much without a break, until it is shown out. */
const FLOOD = 10;

/** The threads of the visitors that have no name yet. */
class Lobby {
  readonly #threads = new Set<bluelet.Thread>();

  /** Lets somebody wait here. */
  enter(thread: bluelet.Thread): void {
    const [first] = this.#threads;
    if (this.#threads.size >= VISITORS) {
      first!.kill("others want to come in");
      this.leave(first!);
    }
    this.#threads.add(thread);
  }

  leave(thread: bluelet.Thread): void {
    this.#threads.delete(thread);
  }
}

/** One visitor, from the first word to the last. */
function* visit(lobby: Lobby, room: Room, conn: bluelet.Connection) {
  const thread = bluelet.current();
  lobby.enter(thread);
  let member: Member | null | undefined;
  try {
    member = yield* bluelet.moveOnAfter(PATIENCE, introduction(room, thread, conn));
  } finally {
    lobby.leave(thread);
  }
  if (!member) return;
  try {
    yield* bluelet.scope(function* (scope) {
      scope.spawn(member.write(conn));
      yield* reader(room, member, conn);
      member.close(); // The writer ends when it has written what is left.
    });
  } finally {
    room.leave(member);
  }
}

/** Asks for a name until there is a good one; `null` if there will be none. */
function* introduction(room: Room, thread: bluelet.Thread, conn: bluelet.Connection) {
  let question = "What is your name?";
  for (let tries = 0; tries < TRIES; tries++) {
    yield* conn.sendall(lineOf(question));
    const text = yield* readText(conn);
    if (text === null) return null;
    const name = nameFrom(text);
    const other = name && room.called(name);
    if (name === undefined) question = "Up to 20 letters and digits, please. Your name?";
    else if (other) question = `Somebody is called ${other.name} already. Your name?`;
    else if (room.hasRoom()) return room.enter(name, thread);
    else question = "The room is full. Your name, when there may be a place again?";
  }
  return null;
}

/** Passes on what the member types, until the member goes. */
function* reader(room: Room, member: Member, conn: bluelet.Connection) {
  let slowed = 0;
  while (true) {
    const text = yield* readText(conn);
    if (text === null || text === "/quit") return;
    const line = lineOf(text === "/who" ? `* Here are: ${room.names}.` : `<${member.name}> ${text}`);
    if (text === "/who") member.tell(line);
    else if (text !== "") room.say(line, member);

    const wait = member.charge(line);
    if (wait > 0 && slowed === 0) {
      member.tell(lineOf("* Not so fast, please: the rest is passed on bit by bit."));
    }
    slowed = wait > 0 ? slowed + wait : 0;
    if (slowed > FLOOD) return member.tell(lineOf("* That is too much. Goodbye."));
    yield* bluelet.sleep(wait);
  }
}

/** A line without what could play tricks on other people's terminals; `null` at the end. */
function* readText(conn: bluelet.Connection) {
  const line = yield* conn.readline("\n", { limit: LONGEST_LINE });
  return line === null ? null : printable(line);
}

function* chat(port: number) {
  const log = new Log();
  const lobby = new Lobby(), room = new Room(log);
  yield* bluelet.scope(function* (scope) {
    scope.spawn(log.run());
    yield* bluelet.server("127.0.0.1", port, (conn) => visit(lobby, room, conn), {
      onListen: (at) => console.log(`The room is open at 127.0.0.1:${"port" in at ? at.port : port}`),
      onError: (error) => log.add(`Somebody was shown out: ${error}`),
    });
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

/**
 * The room: who is here, and who is told what.
 *
 * Nothing in it grows without bounds. There are so many members at most, each may say so much, and what waits for
 * one of them has a limit that is higher than all others can say at once: who exceeds it does not read, and is
 * shown out. So what one member says costs the room at most its length times the number of members.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import type { Log } from "./log.ts";
import { looksOf } from "./names.ts";
import { Pace } from "./pace.ts";

/** The most members. */
const MEMBERS = 64;
/** How many bytes a member may say at once, and in a second if it goes on. The room's notices keep to it, too. */
const AT_ONCE = 8_000, IN_A_SECOND = 2_000;
/** The most bytes that may wait for a member: what all others may say at once, and something over. */
const OUTBOX = 1_000_000;
/** What a line costs beside its bytes, since it takes up room however short it is. */
const LINE = 50;
/** Seconds that a member may take to read a line. */
const SLOWNESS = 20;
/** Seconds without a word after which a member has to go if the room is full and somebody wants to come in. */
const SILENCE = 600;

/** Someone in the room. */
export class Member {
  /** What it may say. */
  readonly #pace = new Pace(AT_ONCE, IN_A_SECOND);
  /** What waits to be written to it, and how much that is. */
  readonly #outbox = new bluelet.Channel<Uint8Array>(Infinity);
  #waiting = 0;
  /** When it last said something. */
  spoke = performance.now();

  constructor(readonly name: string, readonly thread: bluelet.Thread) {}

  /** Tells the member something as soon as it reads that. Waits for nothing. */
  tell(line: Uint8Array): void {
    if (this.#outbox.closed) return; // It is about to leave.
    this.#waiting += line.length + LINE;
    if (this.#waiting > OUTBOX) this.thread.kill("it does not read");
    else this.#outbox.trySend(line);
  }

  /** Nothing more will be told. */
  close(): void {
    this.#outbox.close();
  }

  /** A thread that writes what the member is told, until there will be nothing more. */
  *write(conn: bluelet.Connection): bluelet.Coroutine {
    for (let line; (line = yield* this.#outbox.receive(null)) !== null;) {
      const isOut = yield* bluelet.moveOnAfter(SLOWNESS, written(conn, line));
      if (!isOut) this.thread.kill("it reads too slowly");
      this.#waiting -= line.length + LINE;
    }
  }

  /** Charges the member for a line, and tells how many seconds it has to wait for having said so much. */
  charge(line: Uint8Array): number {
    this.spoke = performance.now();
    return this.#pace.take(line.length + LINE);
  }
}

function* written(conn: bluelet.Connection, line: Uint8Array): bluelet.Coroutine<true> {
  yield* conn.sendall(line);
  return true;
}

/** All members. */
export class Room {
  readonly #members = new Set<Member>();
  /** What their names may be taken for. */
  readonly #looks = new Map<string, Member>();
  readonly #notices = new Pace(AT_ONCE, IN_A_SECOND);
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Who is here. */
  get names(): string {
    return Array.from(this.#members, ({ name }) => name).join(", ");
  }

  /** The member whose name looks like this one. */
  called(name: string): Member | undefined {
    return looksOf(name).map((look) => this.#looks.get(look)).find((member) => member !== undefined);
  }

  /** Whether there is room for one more, which somebody who has been silent for long may have to make. */
  hasRoom(): boolean {
    if (this.#members.size < MEMBERS) return true;
    const silent = [...this.#members].reduce((most, each) => each.spoke < most.spoke ? each : most);
    if (performance.now() - silent.spoke < SILENCE * 1000) return false;
    silent.thread.kill("others want to come in");
    this.leave(silent);
    return true;
  }

  /** Lets someone in. The thread is the one that serves it. */
  enter(name: string, thread: bluelet.Thread): Member {
    this.#notice(`* ${name} has joined.`);
    const member = new Member(name, thread);
    this.#members.add(member);
    for (const look of looksOf(name)) this.#looks.set(look, member);
    member.tell(lineOf(`* Welcome, ${name}. Here are: ${this.names}.`));
    this.#log.add(`${name} has joined; ${this.#members.size} here.`);
    return member;
  }

  /** Lets someone go. */
  leave(member: Member): void {
    if (!this.#members.delete(member)) return;
    for (const look of looksOf(member.name)) this.#looks.delete(look);
    this.#notice(`* ${member.name} has left.`);
    this.#log.add(`${member.name} has left; ${this.#members.size} here.`);
  }

  /** Tells everyone, but not the one who says it. */
  say(line: Uint8Array, from?: Member): void {
    for (const member of this.#members) if (member !== from) member.tell(line);
  }

  /** Tells everyone who comes and goes; but not if that is all that there is to hear. `/who` tells it always. */
  #notice(text: string): void {
    const line = lineOf(text);
    if (this.#notices.tryTake(line.length + LINE)) this.say(line);
  }
}

/** A line as bytes. It is the same bytes that wait for everybody. */
export function lineOf(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { Pace } from "../../examples/chat/pace.ts";
import { lineOf, Member } from "../../examples/chat/room.ts";
import { lacks } from "../requirements.ts";
import { Room, type Visitor, within } from "./chat_visitor.ts";
import { client, commandOf } from "./program.ts";

const ignore = lacks(["net", "run", "read", "env"]);
const chat = (name: string, fn: () => Promise<void>, unless = false) =>
  Deno.test({ name: `chat.ts ${name}`, ignore: ignore || unless, fn });
const cannotSee = Deno.build.os !== "linux" || lacks(["run"], ["ps"]);

/** Megabytes of memory that the room takes. */
async function memory(room: Room): Promise<number> {
  return Number(await client("ps", ["-o", "rss=", "-p", String(room.program.pid)])) / 1024;
}

/** Many members at once, who read nothing of what they are told after that. */
function crowd(room: Room, count: number, name = "member"): Promise<Visitor[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => room.enter(`${name}${i + 100}`)));
}

/** Says something to one another, `times` times, and asserts that it arrives soon. */
async function converse(one: Visitor, other: Visitor, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await one.type(`question ${i}`);
    await within(20, other.until(new RegExp(`^<\\w+> question ${i}$`)));
    await other.type(`answer ${i}`);
    await within(20, one.until(new RegExp(`^<\\w+> answer ${i}$`)));
  }
}

chat("lets others talk while one member types without an end", async () => {
  await using room = await Room.open();
  using ada = await room.enter("ada");
  using bob = await room.enter("bob");
  for (const [i, line] of ["x".repeat(900), "!", "", "/who", "/who ", "\u200b"].entries()) {
    using flooder = await room.enter(`flooder${i}`);
    const bytes = new TextEncoder().encode(`${line}\n`.repeat(3_000_000 / (line.length + 1)));
    const flooding = Promise.all([flooder.type(bytes).catch(() => {}), flooder.ignoreAll()]);
    await converse(ada, bob, 10);
    flooder.leave();
    await flooding;
  }
  await within(30, bob.until(/^\* flooder5 has left/)); // Nobody goes on for long after having left.
  assertEquals(room.program.errors, "");
});

chat("passes on no more of a flood than a member may say", async () => {
  await using room = await Room.open();
  using ada = await room.enter("ada");
  using flooder = await room.enter("flooder");
  const flooding = flooder.type("x".repeat(99) + `\n${"x".repeat(99)}`.repeat(20_000)).catch(() => {});
  await within(20, flooder.until(/^\* Not so fast/));
  using carl = await room.enter("carl");
  await carl.type("the end");
  let bytes = 0;
  for (let line; (line = await ada.line()) !== "<carl> the end";) bytes += line!.length;
  assert(bytes < 40_000, `${bytes} bytes of 2,000,000`);
  flooder.leave();
  await flooding;
});

chat(
  "lets others talk while as many as there is room for type without an end, and shows nobody out",
  async () => {
    await using room = await Room.open();
    using ada = await room.enter("ada");
    using bob = await room.enter("bob");
    const flooders = await crowd(room, 61);
    const bytes = new TextEncoder().encode(`${"x".repeat(400)}\n`.repeat(500));
    const flooding = flooders.flatMap((each) => [each.type(bytes).catch(() => {}), each.ignoreAll()]);
    await converse(ada, bob, 10);
    await bob.type("/who");
    const here = await within(20, bob.until(/^\* Here are/));
    assertEquals(here.split(", ").length, 63, "nobody was shown out");
    for (const each of flooders) each.leave();
    await Promise.all(flooding);
  },
);

chat("keeps what one /who after another makes it send within bounds, though nobody reads", async () => {
  await using room = await Room.open();
  using ada = await room.enter("ada");
  using bob = await room.enter("bob");
  const before = await memory(room);
  const others = await Promise.all(Array.from({ length: 500 }, () => room.visitor()));
  // As many as may come in do; and nobody reads what there is to hear.
  const asking = others.map((each, i) =>
    each.type(`abcdefghijklmno${i}\n${"/who\n".repeat(500)}`).catch(() => {})
  );
  await Promise.all(asking);
  for (let here = ""; here.length < 500;) {
    await ada.type("/who");
    here = await within(20, ada.until(/^\* Here are/));
  }
  await converse(ada, bob, 5);
  const after = await memory(room);
  assert(after - before < 120, `${before.toFixed()} MB became ${after.toFixed()} MB`);
  for (const each of others) each.leave();
}, cannotSee);

chat("is of use to others while somebody comes and goes without an end", async () => {
  await using room = await Room.open();
  using ada = await room.enter("ada");
  using bob = await room.enter("bob");
  for (let round = 0; round < 20; round++) {
    const guests = await crowd(room, 40, "guest");
    for (const guest of guests) guest.leave();
    while (true) { // until they have left
      await bob.type("/who");
      if (await within(20, bob.until(/^\* Here are/)) === "* Here are: ada, bob.") break;
    }
  }
  await bob.type("the end");
  let bytes = 0;
  for (let line; (line = await within(20, ada.line())) !== "<bob> the end";) bytes += line!.length;
  assert(bytes < 20_000, `${bytes} bytes of notices`);
});

chat("goes on for those who stay while many leave at once", async () => {
  await using room = await Room.open();
  using ada = await room.enter("ada");
  using bob = await room.enter("bob");
  for (let round = 0; round < 5; round++) {
    const guests = await crowd(room, 50, "guest");
    await Promise.all(guests.map((guest) => guest.type("goodbye\n/quit")));
    await converse(ada, bob, 5);
    await Promise.all(guests.map((guest) => guest.ignoreAll()));
    for (const guest of guests) guest.leave();
  }
});

chat("lets a visitor in, however many others stand in the door", async () => {
  await using room = await Room.open();
  const silent = await Promise.all(Array.from({ length: 300 }, () => room.visitor()));
  using ada = await room.enter("ada");
  using bob = await room.enter("bob");
  await converse(ada, bob, 3);
  // The first had to go, perhaps before the question was out.
  const first = await within(20, silent[0]!.line());
  if (first !== null) {
    assertEquals(first, "What is your name?");
    assertEquals(await within(20, silent[0]!.line()), null);
  }
  for (const each of silent) each.leave();
});

chat("shows a visitor out who finds no name in twenty tries", async () => {
  await using room = await Room.open();
  using visitor = await room.visitor();
  await visitor.type("!\n".repeat(100_000)).catch(() => {});
  let lines = 0;
  while (await within(20, visitor.line()) !== null) lines++;
  assert(lines <= 20, `${lines} answers`);
  using _ = await room.enter("ada");
});

chat("tells visitors that the room is full, and lets them in when somebody has left", async () => {
  await using room = await Room.open();
  const members = await crowd(room, 64);
  using visitor = await room.visitor();
  await visitor.line();
  await visitor.type("ada");
  assertEquals(await visitor.line(), "The room is full. Your name, when there may be a place again?");
  await members[5]!.type("/quit");
  await members[5]!.ignoreAll();
  await visitor.type("ada");
  assertEquals((await visitor.line())?.slice(0, 15), "* Welcome, ada.");
  for (const each of members) each.leave();
});

chat("goes on when nobody reads its log, and when whoever did has gone", async () => {
  const [, ...words] = commandOf("chat.ts");
  const args = words.map((word) => word.replace("127.0.0.1:4917", "127.0.0.1"));
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, "--port", "0"],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  try {
    const reader = child.stdout.getReader();
    let text = "";
    while (!text.includes("\n")) text += new TextDecoder().decode((await reader.read()).value);
    const port = Number(/:(\d+)\n/.exec(text)![1]);
    const room = new Room({ pid: child.pid } as Room["program"], port);
    using ada = await room.enter("ada");
    for (let i = 0; i < 40; i++) { // far more than a pipe holds
      for (const guest of await crowd(room, 50, "averylongname")) guest.leave();
      await ada.type("still here?");
      await ada.type("/who");
      await within(20, ada.until(/^\* Here are/));
    }
    await reader.cancel();
    using bob = await room.enter("bob");
    await converse(ada, bob, 3);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

// The network between real sockets holds megabytes, which at a member's pace takes long; so these go without.

Deno.test("chat's Member is shown out when more waits for it than all others may say at once", async () => {
  await bluelet.run(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(Infinity);
    });
    const member = new Member("slow", thread);
    const line = lineOf("x".repeat(994));
    for (let i = 0; i < 900; i++) member.tell(line);
    yield* bluelet.null();
    assertEquals(thread.state, "waiting", "not yet");
    for (let i = 0; i < 100_000; i++) member.tell(line);
    yield* bluelet.null();
    const ended = yield* bluelet.moveOnAfter(5, bluelet.allSettled([bluelet.join(thread)]));
    assertEquals(ended?.[0]?.status, "rejected");
  }());
});

Deno.test("chat's Pace lets through what it holds at once, then its rate, and saves no more than it holds", () => {
  const pace = new Pace(1_000, 1e-6);
  assertEquals([pace.take(400), pace.take(600)], [0, 0]);
  assert(Math.abs(pace.take(1) - 1e6) < 1, "as long as one token takes");
  assertEquals(new Pace(1_000, 1e9).tryTake(1_001), false);
  const fast = new Pace(1_000, 1e9);
  fast.take(1_000);
  while (!fast.tryTake(1_000));
});

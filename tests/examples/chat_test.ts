import { assertEquals, assertMatch } from "@std/assert";
import { lacks } from "../requirements.ts";
import { Room, Visitor } from "./chat_visitor.ts";
import { needingPort } from "./ports.ts";
import { assertNeeds, client, reach, start } from "./program.ts";

const ignore = lacks(["net", "run", "read"]);

Deno.test({
  name: "chat.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("chat.ts", "--allow-net=127.0.0.1:4917"),
});

Deno.test(needingPort(4917, {
  name: "chat.ts opens its room with the command of its header",
  ignore,
  async fn() {
    await using program = start("chat.ts");
    await program.line(/^The room is open at 127\.0\.0\.1:4917$/);
    using visitor = new Visitor(await reach(4917));
    await visitor.type("ada");
    assertEquals(await visitor.until(/^\*/), "* Welcome, ada. Here are: ada.");
    await program.line(/^ada has joined; 1 here\.$/);
  },
}));

Deno.test({
  name: "chat.ts tells everyone who joins, what is said and who leaves",
  ignore,
  async fn() {
    await using room = await Room.open();
    using ada = await room.enter("ada");
    using bob = await room.enter("bob");
    assertEquals(await ada.line(), "* bob has joined.");
    await bob.type("hello, ünïverse");
    await bob.type("/who");
    assertEquals(await ada.line(), "<bob> hello, ünïverse");
    assertEquals(await bob.line(), "* Here are: ada, bob.", "nobody hears themselves");
    await bob.type("/quit");
    assertEquals(await bob.line(), null);
    assertEquals(await ada.line(), "* bob has left.");
  },
});

Deno.test({
  name: "chat.ts talks with nc, takes no name twice, and lets no terminal codes through",
  ignore: lacks(["net", "run", "read", "env"], ["nc"]),
  async fn() {
    await using room = await Room.open();
    using ada = await room.enter("ada");
    const heard = await client(
      "nc",
      ["127.0.0.1", String(room.port)],
      "ada\r\n\u001b[2J\r\nbob\r\n\u001b[2Jhi\u0007\r\n/quit\r\n",
    );
    assertEquals(heard.split("\n"), [
      "What is your name?",
      "Somebody is called ada already. Your name?",
      "Up to 20 letters and digits, please. Your name?",
      "* Welcome, bob. Here are: ada, bob.",
      "",
    ]);
    assertEquals(await ada.until(/^</), "<bob> [2Jhi");
  },
});

Deno.test({
  name: "chat.ts shows out whoever types endless lines, and goes on for the others",
  ignore,
  async fn() {
    await using room = await Room.open();
    using ada = await room.enter("ada");
    using bob = await room.enter("bob");
    await bob.type("y".repeat(2000));
    assertEquals(await ada.until(/left/), "* bob has left.");
    using carl = await room.enter("carl");
    await carl.type("good day");
    assertEquals(await ada.until(/^</), "<carl> good day");
  },
});

Deno.test({
  name: "chat.ts closes the room on Ctrl-C",
  ignore,
  async fn() {
    await using room = await Room.open();
    using ada = await room.enter("ada");
    const { code, output, errors } = await room.program.stop();
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertMatch(output, /The room is closed\.\n$/);
    assertEquals(await ada.line().catch(() => null), null);
  },
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { lacks } from "../requirements.ts";
import { assertNeeds, client, reach, start } from "./program.ts";

const PORT = 4917;
const ignore = lacks(["net", "run", "read"]);

/** Someone in the room, line by line. */
class Visitor implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  static async enter(name: string): Promise<Visitor> {
    const visitor = new Visitor(await reach(PORT));
    await visitor.type(name);
    await visitor.until(/^\* Welcome/);
    return visitor;
  }

  async type(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(`${text}\n`);
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** The next line; `null` at the end. */
  async line(): Promise<string | null> {
    while (!this.#text.includes("\n")) {
      const bytes = new Uint8Array(65_536);
      const count = await this.#conn.read(bytes);
      if (count === null) return null;
      this.#text += this.#decoder.decode(bytes.subarray(0, count), { stream: true });
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  /** Reads on to a line like this. */
  async until(pattern: RegExp): Promise<string> {
    for (let line; (line = await this.line()) !== null;) if (pattern.test(line)) return line;
    throw new Error(`The end came before a line like ${pattern}.`);
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

Deno.test({
  name: "chat.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("chat.ts", "--allow-net=127.0.0.1:4917"),
});

Deno.test({
  name: "chat.ts tells everyone who joins, what is said and who leaves",
  ignore,
  async fn() {
    await using program = start("chat.ts");
    await program.line(/open/);
    using ada = await Visitor.enter("ada");
    using bob = await Visitor.enter("bob");
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
    await using program = start("chat.ts");
    await program.line(/open/);
    using ada = await Visitor.enter("ada");
    const heard = await client(
      "nc",
      ["127.0.0.1", String(PORT)],
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
  name: "chat.ts never lets a client that does not read hold up the others",
  ignore,
  async fn() {
    await using program = start("chat.ts");
    await program.line(/open/);
    using slow = await Visitor.enter("slow");
    using ada = await Visitor.enter("ada");
    using bob = await Visitor.enter("bob");
    await ada.until(/bob has joined/);

    // Far more than the sockets between them hold; said in turns, so that ada and bob keep up.
    const lines = 20_000, turn = 50, words = "x".repeat(900);
    for (let i = 0; i < lines; i += turn) {
      await ada.type(Array.from({ length: turn }, (_, k) => `${i + k} ${words}`).join("\n"));
      for (let k = 0; k < turn; k++) assertEquals(await bob.line(), `<ada> ${i + k} ${words}`);
    }

    let told = "";
    const telling = slow.until(/^\* You were too slow/).then((line) => told = line);
    while (told === "") { // it comes before the next line that there is room for
      await ada.type("still there?");
      await bob.until(/still there/);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await telling;
    const missed = Number(/missed (\d+)/.exec(told)?.[1]);
    assert(missed > 0 && missed < lines, told);
  },
});

Deno.test({
  name: "chat.ts shows out whoever types endless lines, and goes on for the others",
  ignore,
  async fn() {
    await using program = start("chat.ts");
    await program.line(/open/);
    using ada = await Visitor.enter("ada");
    using bob = await Visitor.enter("bob");
    await bob.type("y".repeat(2000));
    assertEquals(await ada.until(/left/), "* bob has left.");
    using carl = await Visitor.enter("carl");
    await carl.type("good day");
    assertEquals(await ada.until(/^</), "<carl> good day");
  },
});

Deno.test({
  name: "chat.ts closes the room on Ctrl-C",
  ignore,
  async fn() {
    await using program = start("chat.ts");
    await program.line(/open/);
    using ada = await Visitor.enter("ada");
    const { code, output, errors } = await program.stop();
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertMatch(output, /The room is closed\.\n$/);
    assertEquals(await ada.line().catch(() => null), null);
  },
});

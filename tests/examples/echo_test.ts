import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";
import { assertNeeds, client, type Program, reach, start } from "./program.ts";

const PORT = 4915;
const ignore = lacks(["net", "run", "read"]);
const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Starts one of the servers and waits until it listens. */
async function listening(example: string): Promise<Program> {
  const program = start(example);
  try {
    (await reach(PORT)).close();
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
  return program;
}

async function say(conn: Deno.Conn, text: string): Promise<void> {
  await conn.write(encoder.encode(text));
}

async function hear(conn: Deno.Conn): Promise<string | null> {
  const bytes = new Uint8Array(1024);
  const count = await conn.read(bytes);
  return count === null ? null : decoder.decode(bytes.subarray(0, count));
}

for (const example of ["echo.ts", "echo_simple.ts", "echo_plain.ts", "echo_callbacks.ts"]) {
  Deno.test({
    name: `${example} sends back what nc sends`,
    ignore: lacks(["net", "run", "read", "env"], ["nc"]),
    async fn() {
      await using _ = await listening(example);
      const text = "hello\nthere, ünïcode\n" + "x".repeat(300_000) + "\n";
      assertEquals(await client("nc", ["-N", "127.0.0.1", String(PORT)], text), text);
    },
  });

  Deno.test({
    name: `${example} without permissions names the missing one`,
    ignore,
    fn: () => assertNeeds(example, "--allow-net"),
  });
}

for (const example of ["echo.ts", "echo_simple.ts", "echo_callbacks.ts"]) {
  Deno.test({
    name: `${example} serves many clients at once, and survives those that hang up in the middle`,
    ignore,
    async fn() {
      await using _ = await listening(example);
      const silent = await reach(PORT);
      for (let i = 0; i < 20; i++) {
        const rude = await reach(PORT);
        await say(rude, "never read");
        rude.close();
      }
      const clients = await Promise.all(Array.from({ length: 50 }, () => reach(PORT)));
      await Promise.all(clients.map((conn, i) => say(conn, `client ${i}`)));
      const replies = await Promise.all(clients.map(hear));
      assertEquals(replies, clients.map((_, i) => `client ${i}`));
      for (const conn of clients) conn.close();
      await say(silent, "at last");
      assertEquals(await hear(silent), "at last");
      silent.close();
    },
  });
}

Deno.test({
  name: "echo_plain.ts serves one client after the other",
  ignore,
  async fn() {
    await using _ = await listening("echo_plain.ts");
    const first = await reach(PORT);
    await say(first, "first");
    assertEquals(await hear(first), "first");
    const second = await reach(PORT);
    await say(second, "second");
    const reply = hear(second);
    let early = false;
    reply.then(() => early = true);
    await say(first, "still here");
    assertEquals(await hear(first), "still here");
    assertEquals(early, false);
    first.close();
    assertEquals(await reply, "second");
    second.close();
  },
});

for (const example of ["echo.ts", "echo_callbacks.ts"]) {
  Deno.test({
    name: `${example} logs, and on Ctrl-C closes every connection and frees the port`,
    ignore,
    async fn() {
      await using program = start(example);
      await program.line(/^Listening on 0\.0\.0\.0:4915$/);
      const clients = await Promise.all(Array.from({ length: 5 }, () => reach(PORT)));
      await say(clients[0]!, "hi\n");
      assertEquals(await hear(clients[0]!), "hi\n");
      await program.line(/^Read from 127\.0\.0\.1:\d+: "hi\\n"$/);
      const gone = await reach(PORT);
      gone.close();
      await program.line(/^Disconnected: /);

      const { code, output, errors } = await program.stop("SIGINT");
      assertEquals(code, 0);
      assertEquals(errors, "");
      assertEquals(output.match(/^Connected: /gm)?.length, 6);
      assertEquals(output.match(/^Disconnected: /gm)?.length, 6);
      assertMatch(output, /\nExiting\.\n$/);
      assertEquals(await Promise.all(clients.map(hear)), [null, null, null, null, null]);
      for (const conn of clients) conn.close();
      Deno.listen({ port: PORT }).close(); // throws if the port is not free
    },
  });
}

Deno.test({
  name: "echo.ts on SIGTERM does as on Ctrl-C",
  ignore,
  async fn() {
    await using program = start("echo.ts");
    await program.line(/^Listening/);
    const { output, errors } = await program.stop("SIGTERM");
    assertStringIncludes(output, "Exiting.");
    assertEquals(errors, "");
  },
});

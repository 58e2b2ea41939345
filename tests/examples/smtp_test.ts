import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";
import { assertNeeds, finish } from "./program.ts";

const ignore = lacks(["net", "run", "env", "read"], ["openssl"]);

Deno.test({
  name: "smtp.ts without permissions names the missing one",
  ignore: lacks(["run"]),
  fn: () => assertNeeds("smtp.ts", "--allow-run=openssl"),
});

Deno.test({
  name: "smtp.ts with the command of its header sends a mail to its demonstration, dots and all",
  ignore,
  async fn() {
    const { code, output, errors } = await finish("smtp.ts");
    assertStringIncludes(output, "  | From: <me@localhost>\n  | To: <you@localhost>\n");
    assertStringIncludes(output, "  | Hello,\n  | .\n  | that was a dot.\n");
    assert(output.endsWith("Sent.\n"));
    assertEquals([code, errors], [0, ""]);
  },
});

/** A mail server that gives these answers, each when a line has come, and the first at once. */
function serving(answers: string[]): { port: number; lines: string[]; ended: Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const lines: string[] = [];
  const ended = (async () => {
    const conn = await listener.accept();
    listener.close();
    const bytes = new Uint8Array(1_024);
    try {
      for (const answer of answers) {
        await conn.write(new TextEncoder().encode(answer));
        const count = await conn.read(bytes);
        if (count === null) break;
        lines.push(new TextDecoder().decode(bytes.subarray(0, count)));
      }
    } catch {
      // It has gone.
    }
    conn.close();
  })();
  return { port: (listener.addr as Deno.NetAddr).port, lines, ended };
}

for (
  const [what, answers, says, lines] of [
    ["does not offer STARTTLS", ["220 hi\r\n", "250 no\r\n"], "does not offer STARTTLS", 1],
    ["says no", ["554 go away\r\n"], "554 go away", 0],
    ["says what is no answer", ["hello\r\n"], "no answer", 0],
    [
      "injects an answer",
      ["220 hi\r\n", "250 STARTTLS\r\n", "220 go on\r\n250 injected\r\n"],
      "in the clear",
      2,
    ],
  ] as const
) {
  Deno.test({
    name: `smtp.ts gives up on a server that ${what}, and has sent nothing of the mail`,
    ignore,
    async fn() {
      const server = serving([...answers]);
      const { code, errors } = await finish("smtp.ts", {
        args: ["--server", `127.0.0.1:${server.port}`, "secret"],
      });
      await server.ended;
      assertStringIncludes(errors, says);
      assertEquals(code, 1);
      assert(
        server.lines.length >= lines && !server.lines.join("").includes("secret"),
        server.lines.join(""),
      );
    },
  });
}

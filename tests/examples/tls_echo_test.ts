import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";
import { needingPort } from "./ports.ts";
import { assertNeeds, client, finish, reach, start } from "./program.ts";

const ignore = lacks(["net", "run"], []);

Deno.test({
  name: "tls_echo.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("tls_echo.ts", "--allow-run=openssl"),
});

Deno.test({
  name: "tls_echo.ts with the command of its header: a client that trusts it, and a stranger that does not",
  ignore: lacks(["net", "run", "env", "read"], ["openssl"]),
  async fn() {
    const { code, output, errors } = await finish("tls_echo.ts");
    assertMatch(output, /^Listening on 127\.0\.0\.1:\d+\nThe server answers: hello\n/);
    assertStringIncludes(output, "The server answers: goodbye\nA stranger says: TLS with 127.0.0.1:");
    assertStringIncludes(output, "(ECERT)");
    assertEquals([code, errors], [0, ""]);
  },
});

Deno.test(needingPort(4433, {
  name: "tls_echo.ts --serve answers openssl s_client, beside one that never says a word",
  ignore: lacks(["net", "run", "env", "read"], ["openssl", "sh"]),
  async fn() {
    await using _ = start("tls_echo.ts", { args: ["--serve"] });
    using _silent = await reach(4433);
    const said = await client("sh", [
      "-c",
      "(echo to openssl; sleep 1) | openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:4433 2>/dev/null",
    ]);
    assert(said.includes("to openssl\n"), said);
  },
}));

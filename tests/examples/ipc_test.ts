import { assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { assertNeeds, finish } from "./program.ts";

const SQUARES = Array.from({ length: 10 }, (_, number) => `${number} squared is ${number ** 2}`);

Deno.test({
  name: "ipc.ts prints squares that another thread, then another process computed",
  ignore: lacks(["net", "run", "read", "env"], ["deno"]),
  async fn() {
    const { code, output, errors } = await finish("ipc.ts");
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertEquals(output.split("\n"), [
      ...["Between two threads:", ...SQUARES],
      ...["Between two processes:", ...SQUARES],
      "",
    ]);
  },
});

Deno.test({
  name: "ipc.ts without permissions names the missing one",
  ignore: lacks(["run", "read"]),
  fn: () => assertNeeds("ipc.ts", "--allow-net=127.0.0.1"),
});

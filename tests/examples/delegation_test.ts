import { assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { finish } from "./program.ts";

Deno.test({
  name: "delegation.ts prints what the original prints, in that order",
  ignore: lacks(["run", "read"]),
  async fn() {
    assertEquals(await finish("delegation.ts"), {
      code: 0,
      output: [
        "Parent started.",
        "Parent resumed.",
        "Child started.",
        "Child resumed.",
        "Child ending.",
        "Child returned: 42",
        "Parent ending.",
        "Parent caught: Error: it went wrong",
        "",
      ].join("\n"),
      errors: "",
    });
  },
});

/**
 * The suite of statements about ports that are free again, over Deno's own sockets.
 *
 * @module
 */

import { run } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/host.ts";
import { settledSuite } from "../net/settled_suite.ts";
import { lacks } from "../requirements.ts";

settledSuite(
  "Deno's sockets",
  (program) => run(program(), { host: denoHost }),
  () => `${Deno.makeTempDirSync()}/socket`,
  { ignore: lacks(["net", "read", "write"]) },
);

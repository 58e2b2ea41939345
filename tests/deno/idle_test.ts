/**
 * The suite of statements about idle connections, over Deno's own sockets.
 *
 * @module
 */

import { run } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/host.ts";
import { idleSuite } from "../net/idle_suite.ts";
import { lacks } from "../requirements.ts";

idleSuite("Deno's sockets", (program) => run(program(), { host: denoHost }), { ignore: lacks(["net"]) });

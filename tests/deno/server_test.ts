/**
 * The suite of statements about servers, over Deno's own sockets.
 *
 * @module
 */

import { run } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/host.ts";
import { serverSuite } from "../net/server_suite.ts";
import { lacks } from "../requirements.ts";

serverSuite("Deno's sockets", (program) => run(program(), { host: denoHost }), { ignore: lacks(["net"]) });

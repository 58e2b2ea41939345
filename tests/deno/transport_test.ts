/**
 * The suite of statements about byte streams, over Deno's own sockets.
 *
 * @module
 */

import { run } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/host.ts";
import { transportSuite } from "../net/transport_suite.ts";
import { lacks } from "../requirements.ts";

transportSuite("Deno's sockets", (program) => run(program(), { host: denoHost }), { ignore: lacks(["net"]) });

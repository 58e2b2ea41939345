/**
 * The suites of every host's byte streams and servers, over the simulator: plain, and with small pieces and little room.
 *
 * @module
 */

import { simulate } from "../../src/testing/mod.ts";
import { idleSuite } from "../net/idle_suite.ts";
import { serverSuite } from "../net/server_suite.ts";
import { settledSuite } from "../net/settled_suite.ts";
import { transportSuite } from "../net/transport_suite.ts";

transportSuite("simulator", (program) => simulate(program));
serverSuite("simulator", (program) => simulate(program));
idleSuite("simulator", (program) => simulate(program));
settledSuite("simulator", (program) => simulate(program), () => "/run/socket");
transportSuite("simulator, in pieces", (program) =>
  simulate(program, {
    link: { latency: [0.000_1, 0.001], chunk: [1_000, 3_000], window: 20_000, bandwidth: 10_000_000 },
  }));

/**
 * Every measure, in the order in which they run and are shown.
 *
 * @module
 */

import type { Measure } from "./measure.ts";
import { call } from "./micro/call.ts";
import { buffered, rendezvous } from "./micro/channel.ts";
import { depth } from "./micro/depth.ts";
import { kill } from "./micro/kill.ts";
import { race } from "./micro/race.ts";
import { millionSleepers, sleeperBytes, sleepers } from "./micro/sleepers.ts";
import { spawnAndJoin } from "./micro/spawn.ts";
import { contextSwitch } from "./micro/switch.ts";
import { timeout } from "./micro/timeout.ts";
import { datagrams } from "./net/datagrams.ts";
import { echoes } from "./net/echo.ts";
import { files, hello } from "./net/http.ts";
import { tls } from "./net/tls.ts";

/** Small things first, then servers. */
export const catalogue: readonly Measure[] = [
  contextSwitch,
  spawnAndJoin,
  call,
  depth,
  rendezvous,
  buffered,
  race,
  timeout,
  sleepers,
  millionSleepers,
  sleeperBytes,
  kill,
  ...echoes,
  tls,
  datagrams,
  hello,
  files,
];

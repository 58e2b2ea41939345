/**
 * One replica of a small key-value store. Clients talk to any replica; that one coordinates: it asks all,
 * and is content with a majority. What it speaks is JSON, a line each way per connection.
 *
 * Every value has a stamp, a number and the name of the replica that gave it; the higher stamp wins.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";

/** The port that replicas listen on where none is given. */
export const PORT = 4_915;

/** Orders values. */
export interface Stamp {
  number: number;
  by: string;
}

/** A value and its stamp. */
export interface Stored {
  value: string;
  stamp: Stamp;
}

/** What a replica keeps when it crashes. */
export type Disk = Map<string, Stored>;

type Request =
  | { do: "put"; key: string; value: string }
  | { do: "get"; key: string }
  | { do: "store"; key: string; stored: Stored }
  | { do: "fetch"; key: string };

/** An answer: `ok: false` says that no majority could be reached, and that the client should try again. */
export interface Answer {
  ok: boolean;
  stored?: Stored;
}

/** A replica: its name, where it and the others are, and how it finds the number of a new stamp. */
export interface ReplicaOptions {
  name: string;
  address: [host: string, port: number];
  others: [host: string, port: number][];
  disk: Disk;
  /** The careless one looks at its own disk only. It has been right in every test so far. */
  careless?: boolean;
}

const NOTHING: Stored = { value: "", stamp: { number: 0, by: "" } };

/** Seconds that a replica has to answer another. */
const PATIENCE = 0.1;

/** Runs a replica. */
export function replica(
  { name, address, others, disk, careless = false }: ReplicaOptions,
): bluelet.Coroutine {
  const majority = Math.floor((others.length + 1) / 2) + 1;

  function* askAll(request: Request): bluelet.Coroutine<Answer[] | null> {
    const tasks = others.map(([host, port]) => answerOrNull(host, port, request));
    const answers = yield* bluelet.all([...tasks]);
    const all = [local(request), ...answers.filter((answer) => answer !== null)];
    return all.length >= majority ? all : null;
  }

  function local(request: Request): Answer {
    if (request.do === "fetch") return { ok: true, stored: disk.get(request.key) ?? NOTHING };
    if (request.do === "store") {
      const { key, stored } = request;
      if (isNewer(stored.stamp, (disk.get(key) ?? NOTHING).stamp)) disk.set(key, stored);
    }
    return { ok: true };
  }

  /** The newest value that a majority knows. */
  function* newest(key: string): bluelet.Coroutine<Stored | null> {
    const answers = yield* askAll({ do: "fetch", key });
    if (answers === null) return null;
    return answers.map(({ stored }) => stored!).reduce((a, b) => isNewer(b.stamp, a.stamp) ? b : a);
  }

  function* put(key: string, value: string): bluelet.Coroutine<Answer> {
    const last = careless ? disk.get(key) ?? NOTHING : yield* newest(key);
    if (last === null) return { ok: false };
    const stored = { value, stamp: { number: last.stamp.number + 1, by: name } };
    return { ok: (yield* askAll({ do: "store", key, stored })) !== null };
  }

  function* get(key: string): bluelet.Coroutine<Answer> {
    const stored = yield* newest(key);
    // What one reader saw, no later reader may miss: so it is stored with a majority before it is told.
    if (stored === null || (yield* askAll({ do: "store", key, stored })) === null) return { ok: false };
    return { ok: true, stored };
  }

  return bluelet.server(...address, function* serve(conn) {
    const line = yield* conn.readline();
    if (line === null) return;
    const request = JSON.parse(line) as Request;
    let answer: Answer;
    if (request.do === "put") answer = yield* put(request.key, request.value);
    else if (request.do === "get") answer = yield* get(request.key);
    else answer = local(request);
    yield* conn.sendall(JSON.stringify(answer) + "\n");
  }, { onError() {} });
}

/** Asks the replica at an address. */
export function* ask(host: string, port: number, request: Request): bluelet.Coroutine<Answer> {
  using conn = yield* bluelet.connect(host, port);
  yield* conn.sendall(JSON.stringify(request) + "\n");
  const line = yield* conn.readline();
  if (line === null) throw new bluelet.SocketClosedError("The replica went away without an answer.");
  return JSON.parse(line) as Answer;
}

function* answerOrNull(host: string, port: number, request: Request): bluelet.Coroutine<Answer | null> {
  try {
    return yield* bluelet.timeout(PATIENCE, ask(host, port, request));
  } catch (error) {
    if (isOutage(error)) return null;
    throw error;
  }
}

/** Whether an error says that a replica cannot be reached, and nothing worse. */
export function isOutage(error: unknown): boolean {
  return error instanceof bluelet.TimeoutError || error instanceof bluelet.SocketError ||
    error instanceof bluelet.SocketClosedError;
}

function isNewer(a: Stamp, b: Stamp): boolean {
  return a.number > b.number || (a.number === b.number && a.by > b.by);
}

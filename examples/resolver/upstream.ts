/**
 * Asking a server: with timeouts and retries, and believing nobody else's answer.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { type Answer, queryFor, type Question, readAnswer } from "./message.ts";

/** Seconds to wait for an answer, each time that it is asked for. */
const PATIENCE = [0.5, 1, 2];

/** A server that is asked. */
export interface Server {
  readonly hostname: string;
  readonly port: number;
}

/**
 * What `server` answers, or `null` if it does not. Each question has a port and an id of its own, both picked at random,
 * which somebody who wants to be believed in the server's place would have to guess.
 */
export function* ask(server: Server, question: Question): bluelet.Coroutine<Answer | null> {
  const local = server.hostname.startsWith("127.") ? "127.0.0.1" : server.hostname.includes(":") ? "::" : "";
  const [id = 0] = crypto.getRandomValues(new Uint16Array(1));
  try {
    using socket = yield* bluelet.datagramSocket(local, 0);
    for (const seconds of PATIENCE) {
      yield* socket.send(queryFor(question, id), server.hostname, server.port);
      const found = yield* bluelet.moveOnAfter(seconds, answer(socket, server, id, question));
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!(error instanceof bluelet.SocketError)) throw error; // the network is not there, or no port is free
  }
  return null;
}

function* answer(
  socket: bluelet.DatagramSocket,
  server: Server,
  id: number,
  question: Question,
): bluelet.Coroutine<Answer> {
  for (;;) {
    const { data, addr } = yield* socket.receive();
    if (addr.port !== server.port || addr.hostname !== server.hostname) continue;
    const answer = readAnswer(data, id, question.bytes);
    if (answer !== null) return answer;
  }
}

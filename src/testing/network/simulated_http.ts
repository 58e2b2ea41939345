/**
 * HTTP between the hosts of a world: requests and answers go over its links, with their latencies and faults.
 *
 * What goes over a connection is no HTTP, which nobody could see anyway: a head as JSON, and the pieces of a body, each with
 * its length before it. A connection serves one request.
 *
 * The platform's bodies are read by promises, so the loop lets those settle before it moves the clock.
 *
 * @module
 */

import type { Http, HttpEndpoint, HttpServer, RequestListener } from "../../http/mod.ts";
import type { Address, Transport } from "../../net/mod.ts";
import { SocketError } from "../../streams/mod.ts";
import type { Loop } from "../loop.ts";
import { FrameStream } from "./frame_stream.ts";
import type { SimulatedNetwork } from "./simulated_network.ts";

interface RequestHead {
  method: string;
  url: string;
  headers: [string, string][];
}

interface ResponseHead {
  status: number;
  statusText: string;
  headers: [string, string][];
}

/** Statuses whose answers have no body. */
const BODILESS = new Set([101, 204, 205, 304]);

/** The HTTP of one incarnation of a host. */
export class SimulatedHttp implements Http {
  readonly #network: SimulatedNetwork;
  readonly #loop: Loop;

  constructor(network: SimulatedNetwork, loop: Loop) {
    this.#network = network;
    this.#loop = loop;
  }

  serve({ hostname, port }: HttpEndpoint, listener: RequestListener): HttpServer {
    this.#loop.pausesForOutside = true;
    const server = this.#network.listen({ address: { hostname, port } });
    const open = new Set<FrameStream>();
    let stopped = false;
    const accept = () =>
      server.accept({
        done(transport) {
          const stream = new FrameStream(transport);
          open.add(stream);
          answer(stream, transport.remoteAddr, listener).finally(() => {
            stream.close();
            open.delete(stream);
          });
          accept();
        },
        failed() {
          if (!stopped) accept();
        },
      });
    accept();
    const stop = () => {
      stopped = true;
      server.close();
    };
    return {
      addr: server.addr,
      stop,
      close() {
        stop();
        for (const stream of open) stream.close();
        return Promise.resolve();
      },
    };
  }

  async fetch(input: Request | URL | string, init: RequestInit): Promise<Response> {
    this.#loop.pausesForOutside = true;
    const request = new Request(input, init);
    const { signal, url } = request;
    signal.throwIfAborted();
    const { protocol, hostname, port } = new URL(url);
    if (protocol !== "http:") {
      throw new TypeError(`A world has http: URLs alone, no certificates; got ${url}.`);
    }
    const address = { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
    const stream = new FrameStream(await this.#connect(address, signal, url));
    const abort = () => stream.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const { method, headers } = request;
      await stream.writeHead({ method, url, headers: [...headers] } satisfies RequestHead);
      await stream.writeBody(request.body);
      const head = await stream.readHead<ResponseHead>();
      const over = () => {
        signal.removeEventListener("abort", abort);
        stream.close();
      };
      const body = BODILESS.has(head.status) || method === "HEAD" ? (over(), null) : stream.body(over);
      return new Response(body, head);
    } catch (error) {
      signal.removeEventListener("abort", abort);
      stream.close();
      throw signal.aborted
        ? signal.reason
        : new TypeError(`No answer from ${url}: ${error}`, { cause: error });
    }
  }

  connect(): never {
    throw new SocketError("There are no WebSockets in a world: connect() to the host instead.", {
      code: "ENOTSUP",
    });
  }

  #connect(address: Address, signal: AbortSignal, url: string): Promise<Transport> {
    return new Promise((resolve, reject) => {
      const giveUp = this.#network.connect({ address }, {
        done: (transport) => signal.aborted ? transport.close() : resolve(transport),
        failed: (error) => reject(new TypeError(`No answer from ${url}: ${error}`, { cause: error })),
      });
      signal.addEventListener("abort", () => {
        giveUp();
        reject(signal.reason);
      }, { once: true });
    });
  }
}

/** Reads the request that comes over `stream`, and writes the answer. */
async function answer(stream: FrameStream, remoteAddr: Address, listener: RequestListener): Promise<void> {
  const gone = new AbortController();
  try {
    const { method, url, headers } = await stream.readHead<RequestHead>();
    const bodiless = method === "GET" || method === "HEAD";
    // Nothing comes after the body but the end of the connection: the client has gone then.
    const watch = () => void stream.ended().then(() => gone.abort());
    const body = stream.body(watch);
    const init: RequestInit & { duplex?: "half" } = { method, headers, signal: gone.signal };
    if (bodiless) await body.getReader().read();
    else Object.assign(init, { body, duplex: "half" });
    const response = await listener(new Request(url, init), () => remoteAddr);
    const { status, statusText } = response;
    await stream.writeHead({ status, statusText, headers: [...response.headers] } satisfies ResponseHead);
    if (method === "HEAD") await response.body?.cancel();
    else await stream.writeBody(response.body);
  } catch {
    gone.abort(); // the connection broke, or the body did: the client sees that by the end of the connection
  }
}

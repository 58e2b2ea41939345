/**
 * An echo server on generators that yield Deno's promises, driven by the smallest possible trampoline: no events,
 * no run queue, no cancellation. What a library of generators could cost at the least. It prints its port.
 *
 * @module
 */

type Steps = Generator<Promise<unknown>, void, unknown>;

class Trampoline {
  readonly #steps: Steps;
  readonly #resume = (value: unknown) => this.#wait(this.#steps.next(value));
  readonly #raise = (error: unknown) => this.#wait(this.#steps.throw(error));

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#resume(undefined);
  }

  #wait({ done, value }: IteratorResult<Promise<unknown>, void>): void {
    if (!done) value.then(this.#resume, this.#raise);
  }
}

function* echo(conn: Deno.TcpConn): Steps {
  conn.setNoDelay();
  const buffer = new Uint8Array(1024);
  try {
    while (true) {
      const size = (yield conn.read(buffer)) as number | null;
      if (size === null) break;
      for (let sent = 0; sent < size;) sent += (yield conn.write(buffer.subarray(sent, size))) as number;
    }
  } catch {
    // The peer has gone, and with it whoever could be told.
  } finally {
    conn.close();
  }
}

function* accepting(listener: Deno.TcpListener): Steps {
  while (true) new Trampoline(echo((yield listener.accept()) as Deno.TcpConn));
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
new Trampoline(accepting(listener));

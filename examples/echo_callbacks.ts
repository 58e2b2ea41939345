/**
 * For contrast: what `echo.ts` does, with callbacks. It serves everyone at once, but the loop has come apart:
 * its body is three methods that start one another, what were variables are fields, each step has to pass
 * errors on, and the clean-up that was one `finally` is a register of what is open.
 *
 *     deno run --allow-net=0.0.0.0:4915 examples/echo_callbacks.ts
 *
 * @module
 */

const open = new Set<Echoer>();

class Echoer {
  #conn: Deno.TcpConn;
  #peer: string;
  #buffer = new Uint8Array(1024);
  #closed = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#peer = `${conn.remoteAddr.hostname}:${conn.remoteAddr.port}`;
    console.log(`Connected: ${this.#peer}`);
    open.add(this);
    this.#read();
  }

  #read() {
    this.#conn.read(this.#buffer).then((count) => this.#didRead(count), () => this.close());
  }

  #didRead(count: number | null) {
    if (count === null) return this.close();
    const data = this.#buffer.slice(0, count);
    console.log(`Read from ${this.#peer}: ${JSON.stringify(new TextDecoder().decode(data))}`);
    this.#write(data);
  }

  #write(data: Uint8Array) {
    this.#conn.write(data).then((sent) => this.#didWrite(data, sent), () => this.close());
  }

  #didWrite(data: Uint8Array, sent: number) {
    if (sent < data.length) this.#write(data.subarray(sent));
    else this.#read();
  }

  close() {
    if (this.#closed) return; // by the peer, by an error, or by Ctrl-C: whichever came first
    this.#closed = true;
    open.delete(this);
    this.#conn.close();
    console.log(`Disconnected: ${this.#peer}`);
  }
}

function accept(listener: Deno.TcpListener) {
  listener.accept().then((conn) => {
    new Echoer(conn);
    accept(listener);
  }, (error) => {
    if (error instanceof Deno.errors.BadResource) return; // Ctrl-C closed it
    setTimeout(accept, 100, listener); // a client that was gone before it was accepted, or no file descriptor left
  });
}

function listen() {
  const listener = Deno.listen({ port: 4915 });
  console.log(`Listening on ${listener.addr.hostname}:${listener.addr.port}`);
  accept(listener);
  Deno.addSignalListener("SIGINT", function interrupted() {
    Deno.removeSignalListener("SIGINT", interrupted);
    listener.close();
    for (const echoer of open) echoer.close();
    console.log("Exiting.");
  });
}

try {
  listen();
} catch (error) {
  console.error((error as Error).message);
  Deno.exitCode = 1;
}

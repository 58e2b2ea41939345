/**
 * What every host's datagrams must do, seen through the library: one suite, run over each host.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  call,
  type Coroutine,
  isKill,
  join,
  kill,
  null as pass,
  race,
  select,
  sleep,
  spawn,
  timeout,
  TimeoutError,
} from "../../src/core/mod.ts";
import { type DatagramSocket, datagramSocket } from "../../src/net/mod.ts";
import { SocketClosedError, SocketError } from "../../src/streams/mod.ts";
import { text, thrownBy } from "./pair.ts";
import { type Runner, statesOver } from "./statement.ts";

/** A socket on a free port of this machine. */
const local = () => datagramSocket("127.0.0.1", 0);

/** Waits until `socket` has received so many datagrams more than it gave out, or dropped them. */
function* until(condition: () => boolean): Coroutine<void> {
  for (let i = 0; i < 2_000 && !condition(); i++) yield* sleep(0.002);
  assert(condition(), "it did not happen within 4 s");
}

/** Registers the suite's tests, each named after its statement and `over`. */
export function datagramSuite(over: string, run: Runner, options?: { ignore?: boolean }): void {
  const states = statesOver(over, run, options);

  states("DatagramSocket: a datagram arrives whole, with its sender's address", function* () {
    using near = yield* local();
    using far = yield* local();
    assert(near.port > 0 && near.addr.hostname === "127.0.0.1");
    assertEquals(yield* near.send("one", "127.0.0.1", far.port), 3);
    assertEquals(yield* near.send(new Uint8Array([1, 2]), "127.0.0.1", far.port), 2);
    const first = yield* far.receive(), second = yield* far.receive();
    assertEquals([text(first.data), first.addr], ["one", near.addr]);
    assertEquals(second, { data: new Uint8Array([1, 2]), addr: near.addr });
    assertEquals(second.data.constructor, Uint8Array);
  });

  states("DatagramSocket: an empty datagram is a datagram", function* () {
    using socket = yield* local();
    assertEquals(yield* socket.send("", "127.0.0.1", socket.port), 0);
    assertEquals(yield* socket.receive(), { data: new Uint8Array(0), addr: socket.addr });
  });

  states("DatagramSocket.send() takes 65,507 bytes, and throws EMSGSIZE for one more", function* () {
    using socket = yield* local();
    assertEquals(yield* socket.send(new Uint8Array(65_507), "127.0.0.1", socket.port), 65_507);
    assertEquals((yield* socket.receive()).data.length, 65_507);
    const error = yield* thrownBy(socket.send(new Uint8Array(65_508), "127.0.0.1", socket.port));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "EMSGSIZE");
    assertEquals(yield* socket.send("after", "127.0.0.1", socket.port), 5);
  });

  states("DatagramSocket.send() results, though nobody listens there", function* () {
    using socket = yield* local();
    let port;
    {
      using other = yield* local();
      port = other.port;
    }
    assertEquals(yield* socket.send("x", "127.0.0.1", port), 1);
    assertEquals(yield* socket.send("x", "127.0.0.1", port), 1);
  });

  states("DatagramSocket.send(): the bytes may be changed as soon as it was yielded", function* () {
    using socket = yield* local();
    const data = new Uint8Array([1, 2, 3]);
    const thread = yield* spawn(function* () {
      yield* socket.send(data, "127.0.0.1", socket.port);
    });
    yield* pass();
    data.fill(9);
    yield* join(thread);
    assertEquals((yield* socket.receive()).data, new Uint8Array([1, 2, 3]));
  });

  states('DatagramSocket: to the host "" is to this machine, and names are looked up', function* () {
    using socket = yield* datagramSocket("", 0);
    assertEquals(socket.addr.hostname, "0.0.0.0");
    for (const host of ["", "localhost"]) {
      yield* socket.send(host, host, socket.port);
      assertEquals(text((yield* timeout(5, socket.receive())).data), host);
    }
  });

  states("DatagramSocket keeps capacity datagrams, and counts those that it drops", function* () {
    using socket = yield* datagramSocket("127.0.0.1", 0, { capacity: 3 });
    using peer = yield* local();
    for (let i = 0; i < 5; i++) yield* peer.send(`${i}`, "127.0.0.1", socket.port);
    yield* until(() => socket.dropped === 2);
    for (let i = 0; i < 3; i++) assertEquals(text((yield* socket.receive()).data), `${i}`);
    yield* peer.send("next", "127.0.0.1", socket.port);
    assertEquals(text((yield* socket.receive()).data), "next");
    assertEquals(socket.dropped, 2);
  });

  states("DatagramSocket keeps 256 datagrams unless told otherwise", function* () {
    using socket = yield* local();
    using peer = yield* local();
    for (let i = 0; i < 260; i++) {
      yield* peer.send(`${i}`, "127.0.0.1", socket.port);
      if (i % 50 === 0) yield* sleep(0.001);
    }
    yield* until(() => socket.dropped === 4);
    for (let i = 0; i < 256; i++) assertEquals(text((yield* socket.receive()).data), `${i}`);
  });

  states(
    "DatagramSocket.receive() that was killed or timed out leaves the datagram for the next",
    function* () {
      using socket = yield* local();
      using peer = yield* local();
      const receiver = yield* spawn(function* () {
        yield* socket.receive();
      });
      yield* pass();
      yield* kill(receiver);
      assertInstanceOf(yield* thrownBy(timeout(0.001, socket.receive())), TimeoutError);
      yield* peer.send("kept", "127.0.0.1", socket.port);
      assertEquals(text((yield* socket.receive()).data), "kept");
    },
  );

  states("DatagramSocket: killed receivers lose none of many datagrams, and none comes twice", function* () {
    using socket = yield* datagramSocket("127.0.0.1", 0, { capacity: 1_000 });
    using peer = yield* local();
    const got: string[] = [];
    function* receiver(): Coroutine<void> {
      for (;;) {
        const { data } = yield* socket.receive();
        got.push(text(data));
      }
    }
    let thread = yield* spawn(receiver);
    for (let i = 0; i < 300; i++) {
      yield* peer.send(`${i}`, "127.0.0.1", socket.port);
      if (i % 3 === 0) {
        yield* kill(thread);
        thread = yield* spawn(receiver);
      }
      if (i % 50 === 49) yield* until(() => got.length === i + 1); // or the system would drop some
    }
    assertEquals(got, Array.from({ length: 300 }, (_, i) => `${i}`));
    yield* kill(thread);
  });

  states("DatagramSocket: who transfers the bytes of one datagram away takes no other's along", function* () {
    using socket = yield* local();
    const first = yield* spawn(function* () {
      return (yield* socket.receive()).data;
    });
    yield* pass();
    for (const data of ["first", "second", "third"]) yield* socket.send(data, "127.0.0.1", socket.port);
    const { buffer } = yield* join(first);
    yield* sleep(0.005);
    structuredClone(buffer, { transfer: [buffer] });
    assertEquals(text((yield* socket.receive()).data), "second");
    assertEquals(text((yield* socket.receive()).data), "third");
    yield* socket.send("fourth", "127.0.0.1", socket.port);
    assertEquals(text((yield* socket.receive()).data), "fourth");
  });

  states("DatagramSocket: threads that wait to receive are served in turn", function* () {
    using socket = yield* local();
    const got: string[] = [];
    const threads = [];
    for (const name of ["a", "b", "c"]) {
      threads.push(
        yield* spawn(function* () {
          const { data } = yield* socket.receive();
          got.push(name + text(data));
        }),
      );
    }
    yield* pass();
    for (let i = 0; i < 3; i++) yield* socket.send(`${i}`, "127.0.0.1", socket.port);
    for (const thread of threads) yield* join(thread);
    assertEquals(got, ["a0", "b1", "c2"]);
  });

  states("DatagramSocket.receive() is a case of select and race", function* () {
    using socket = yield* local();
    yield* socket.send("x", "127.0.0.1", socket.port);
    const { case: which } = yield* select({ got: socket.receive(), late: sleep(5) });
    assertEquals(which, "got");
    assertEquals(yield* race([socket.receive(), sleep(0.005)]), undefined);
    yield* socket.send("y", "127.0.0.1", socket.port);
    assertEquals(text((yield* socket.receive()).data), "y");
  });

  states("DatagramSocket.close() ends what waits and what comes after with SocketClosedError", function* () {
    const socket = yield* local();
    const receivers = [];
    for (let i = 0; i < 2; i++) receivers.push(yield* spawn(() => thrownBy(socket.receive())));
    const sender = yield* spawn(() => thrownBy(socket.send("x", "127.0.0.1", socket.port)));
    yield* pass();
    socket.close();
    socket.close();
    for (const thread of [...receivers, sender]) assertInstanceOf(yield* join(thread), SocketClosedError);
    assertEquals(socket.closed, true);
    for (const event of [socket.receive(), socket.send("x", "127.0.0.1", 9)]) {
      const error = yield* thrownBy(event);
      assertInstanceOf(error, SocketClosedError);
      assert(error.message.includes(`127.0.0.1:${socket.port}`), error.message);
    }
    assertThrows(() => socket.joinGroup("239.1.2.3"), SocketClosedError);
  });

  states("DatagramSocket.close() forgets what nobody has received", function* () {
    const socket = yield* datagramSocket("127.0.0.1", 0, { capacity: 1 });
    for (let i = 0; i < 2; i++) yield* socket.send("x", "127.0.0.1", socket.port);
    yield* until(() => socket.dropped === 1);
    socket.close();
    assertInstanceOf(yield* thrownBy(socket.receive()), SocketClosedError);
  });

  states("datagramSocket() is closed when the coroutine that made it ends, whichever way", function* () {
    const sockets: DatagramSocket[] = [];
    function* make(how: string): Coroutine<void> {
      const socket = yield* local();
      sockets.push(socket);
      assertEquals(socket.closed, false);
      if (how === "throws") throw new Error(how);
      if (how === "killed") yield* sleep(60);
    }
    yield* call(make, "returns");
    yield* thrownBy(make("throws"));
    const thread = yield* spawn(make, "killed");
    yield* until(() => sockets.length === 3);
    yield* kill(thread);
    assertEquals(sockets.map(({ closed }) => closed), [true, true, true]);
    // The port is free again.
    for (const { port } of sockets) (yield* datagramSocket("127.0.0.1", port)).close();
  });

  states("datagramSocket() inside a native yield* is the caller's", function* () {
    const socket = yield* (function* () {
      return yield* local();
    })();
    assertEquals(socket.closed, false);
    yield* socket.send("x", "127.0.0.1", socket.port);
  });

  states("datagramSocket() by using is closed at the end of the block", function* () {
    let made;
    {
      using socket = yield* local();
      made = socket;
    }
    assert(made.closed);
  });

  states("datagramSocket() that is killed while it binds closes what it bound", function* () {
    using blocker = yield* local();
    const { port } = blocker;
    blocker.close();
    for (let i = 0; i < 20; i++) {
      const thread = yield* spawn(function* () {
        yield* datagramSocket("127.0.0.1", port);
        yield* sleep(60);
      });
      for (let j = 0; j < i % 7; j++) yield* pass();
      yield* kill(thread);
    }
    let error: unknown;
    for (let i = 0; i < 500; i++) {
      try {
        (yield* datagramSocket("127.0.0.1", port)).close();
        return;
      } catch (thrown) {
        if (isKill(thrown)) throw thrown;
        error = thrown; // one that came too late is not closed yet
      }
      yield* sleep(0.002);
    }
    throw error;
  });

  states("datagramSocket() on a port that is taken throws EADDRINUSE, and says so", function* () {
    using socket = yield* local();
    const error = yield* thrownBy(datagramSocket("127.0.0.1", socket.port));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "EADDRINUSE");
    assert(error.message.includes(`127.0.0.1:${socket.port}`), error.message);
  });

  states("datagramSocket({ reuseAddress }) shares a port", function* () {
    using first = yield* datagramSocket("127.0.0.1", 0, { reuseAddress: true });
    using second = yield* datagramSocket("127.0.0.1", first.port, { reuseAddress: true });
    assertEquals(second.port, first.port);
  });

  states("datagramSocket() for a name that nobody knows throws ENOTFOUND", function* () {
    const error = yield* thrownBy(datagramSocket("nobody.invalid", 0));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "ENOTFOUND");
    using socket = yield* local();
    const other = yield* thrownBy(socket.send("x", "nobody.invalid", 9));
    assertInstanceOf(other, SocketError);
    assertEquals(other.code, "ENOTFOUND");
  });

  states("DatagramSocket.joinGroup() receives what is sent to the group, until leaveGroup()", function* () {
    using member = yield* datagramSocket("", 0);
    using other = yield* local(); // it sends by the interface of its address
    member.joinGroup("239.11.12.13", "127.0.0.1");
    yield* other.send("to all", "239.11.12.13", member.port);
    assertEquals(text((yield* timeout(5, member.receive())).data), "to all");
    member.leaveGroup("239.11.12.13", "127.0.0.1");
    yield* other.send("to nobody", "239.11.12.13", member.port);
    yield* other.send("direct", "127.0.0.1", member.port);
    assertEquals(text((yield* timeout(5, member.receive())).data), "direct");
  });

  states("DatagramSocket.joinGroup() of what is no group throws EINVAL", function* () {
    using socket = yield* datagramSocket("", 0);
    for (const group of ["10.1.2.3", "nonsense"]) {
      const error = assertThrows(() => socket.joinGroup(group), SocketError);
      assertEquals(error.code, "EINVAL");
      assert(error.message.includes(group), error.message);
    }
    assertThrows(() => socket.leaveGroup("239.1.2.3"), SocketError);
  });

  states("datagramSocket({ broadcast }) may send to broadcast addresses, others may not", function* () {
    using socket = yield* datagramSocket("", 0);
    const error = yield* thrownBy(socket.send("x", "255.255.255.255", socket.port));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "EACCES");
    assert(error.message.includes("broadcast: true"), error.message);
    using caller = yield* datagramSocket("", 0, { broadcast: true });
    yield* caller.send("to all", "127.255.255.255", socket.port);
    assertEquals(text((yield* timeout(5, socket.receive())).data), "to all");
  });

  states("datagramSocket() on an IPv6 address talks to both kinds", function* () {
    using both = yield* datagramSocket("::", 0);
    using four = yield* local();
    yield* both.send("to 4", "127.0.0.1", four.port);
    const { data, addr } = yield* timeout(5, four.receive());
    assertEquals([text(data), addr.port], ["to 4", both.port]);
    yield* four.send("to 6", "127.0.0.1", both.port);
    assertEquals(text((yield* timeout(5, both.receive())).data), "to 6");
    yield* both.send("self", "::1", both.port);
    assertEquals((yield* timeout(5, both.receive())).addr, { hostname: "::1", port: both.port });
    const error = yield* thrownBy(four.send("x", "::1", both.port));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "EAFNOSUPPORT");
    assert(error.message.includes(`[::1]:${both.port}`), error.message);
  });

  states("datagramSocket({ ttl }) still reaches this machine", function* () {
    using socket = yield* datagramSocket("127.0.0.1", 0, { ttl: 1 });
    yield* socket.send("x", "127.0.0.1", socket.port);
    assertEquals(text((yield* timeout(5, socket.receive())).data), "x");
  });

  states("datagramSocket: a coroutine that makes and closes many holds none of them", function* () {
    for (let i = 0; i < 300; i++) {
      using _socket = yield* local();
    }
  });
}

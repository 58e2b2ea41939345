import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { run } from "../../src/core/mod.ts";
import { datagramSocket, lookup, resolve } from "../../src/net/mod.ts";
import { reverseName } from "../../src/net/reverse_name.ts";
import { VirtualHost } from "../virtual_host.ts";

// deno-lint-ignore no-explicit-any -- what programs without types may pass
const wrong = (value: unknown) => value as any;

Deno.test("datagramSocket() refuses bad arguments at the call, in words", () => {
  assertThrows(() => datagramSocket(wrong(undefined), 0), TypeError, "takes a host as a string");
  assertThrows(() => datagramSocket(wrong({ path: "/x" }), 0), TypeError, "takes a host as a string");
  assertThrows(() => datagramSocket("", wrong("53")), TypeError, "takes a port as a number");
  for (const port of [-1, 65_536, 1.5, NaN]) {
    assertThrows(() => datagramSocket("", port), RangeError, "takes a port from 0 to 65535");
  }
  for (const capacity of [0, -1, 1.5, NaN, wrong("3")]) {
    assertThrows(() => datagramSocket("", 0, { capacity }), RangeError, "capacity");
  }
  for (const ttl of [0, 256, 1.5, NaN, wrong("3")]) {
    assertThrows(() => datagramSocket("", 0, { ttl }), RangeError, "ttl from 1 to 255");
  }
});

Deno.test("resolve() and lookup() refuse bad arguments at the call, in words", () => {
  for (const name of ["", wrong(5), wrong(null)]) {
    assertThrows(() => lookup(name), TypeError, "lookup takes a name");
    assertThrows(() => resolve(name, "A"), TypeError, "resolve takes a name");
  }
  assertThrows(() => resolve("x", wrong("ANY")), TypeError, "A, AAAA, NS");
  assertThrows(() => resolve("x", wrong("toString")), TypeError, "A, AAAA, NS");
  assertThrows(() => resolve("x", "A", { server: wrong("1.1.1.1") }), TypeError, "{ hostname, port }");
  assertThrows(() => resolve("x", "A", { server: { hostname: "dns.example" } }), TypeError, "IP address");
  assertThrows(() => resolve("x", "A", { server: { hostname: "::1", port: 0 } }), RangeError, "port from 1");
  for (const timeout of [-1, NaN]) assertThrows(() => resolve("x", "A", { timeout }), RangeError, "seconds");
});

Deno.test("datagramSocket(), lookup() and resolve() on a host that has neither say so", async () => {
  const host = new VirtualHost();
  for (
    const [event, lacks] of [
      [datagramSocket("", 0), "no datagrams"],
      [lookup("x"), "no names"],
      [resolve("x", "A"), "no names"],
    ] as const
  ) {
    await assertRejects(
      () =>
        run(
          function* () {
            yield event;
          }(),
          { host },
        ),
      TypeError,
      lacks,
    );
  }
});

Deno.test("reverseName() is where the DNS has the names of an address", () => {
  const cases = {
    "1.2.3.4": "4.3.2.1.in-addr.arpa",
    "2001:db8::567:89ab": "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    "::": `${"0.".repeat(32)}ip6.arpa`,
    "::1": `1.${"0.".repeat(31)}ip6.arpa`,
    "1::": `${"0.".repeat(28)}1.0.0.0.ip6.arpa`,
    "::ffff:1.2.3.4": `4.0.3.0.2.0.1.0.f.f.f.f.${"0.".repeat(20)}ip6.arpa`,
    "1:2:3:4:5:6:7:8": "8.0.0.0.7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.ip6.arpa",
    "4.3.2.1.in-addr.arpa": "4.3.2.1.in-addr.arpa",
    ":zz": ":zz",
  };
  for (const [name, reversed] of Object.entries(cases)) assertEquals(reverseName(name), reversed);
});

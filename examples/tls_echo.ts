/**
 * An echo server that speaks TLS, and a client that talks to it. The certificate is made at the start, by openssl, for this
 * machine alone; the client trusts it, and nothing else new.
 *
 *     deno run --allow-net=127.0.0.1 --allow-run=openssl examples/tls_echo.ts
 *
 * With `--serve` the server stays. Then try `openssl s_client -connect 127.0.0.1:4433`, and one that never says a word:
 * `nc 127.0.0.1 4433` is shown out after ten seconds, and holds nobody up meanwhile.
 *
 * @module
 */

import * as bluelet from "../mod.ts";

/** A key and a certificate for `localhost`, which its own key signs. */
function* selfSigned(): bluelet.Coroutine<bluelet.TlsServerOptions> {
  const { text } = yield* bluelet.output("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", "-", "-out", "-"],
  ]);
  const [key = "", cert = ""] = text.match(/-----BEGIN [^]*?-----END [^\n]*\n/g) ?? [];
  return { cert, key };
}

function* echoer(conn: bluelet.Connection) {
  for (let line; (line = yield* conn.readline()) !== null;) yield* conn.sendall(line);
}

function* client(port: number, certificate: string) {
  using conn = yield* bluelet.connect("127.0.0.1", port, { tls: { caCerts: [certificate] } });
  for (const line of ["hello", "nobody else can read this", "goodbye"]) {
    yield* conn.sendall(`${line}\n`);
    console.log(`The server answers: ${(yield* bluelet.timeout(5, conn.readline()))?.trim()}`);
  }
}

/** Somebody who does not trust the certificate is told why there is no connection. */
function* stranger(port: number) {
  try {
    yield* bluelet.connect("127.0.0.1", port, { tls: true });
  } catch (error) {
    if (!(error instanceof bluelet.TlsError)) throw error;
    console.log(`A stranger says: ${error.message}`);
  }
}

function* main(stays: boolean) {
  const tls = yield* selfSigned();
  const { value: port, thread } = yield* bluelet.start<number>((ready) =>
    bluelet.server("127.0.0.1", stays ? 4433 : 0, echoer, {
      tls,
      onListen: (addr) => "port" in addr && ready(addr.port),
      onError: (error) => console.log(`A client was shown out: ${error}`),
    })
  );
  console.log(`Listening on 127.0.0.1:${port}`);
  yield* client(port, tls.cert);
  yield* stranger(port);
  if (!stays) yield* bluelet.kill(thread);
}

await bluelet.main(main(Deno.args.includes("--serve")));

/**
 * A mail server to try `smtp.ts` on. It is Node's sockets alone, so that the client talks to something that is not made of
 * the same library, and it prints each mail.
 *
 * @module
 */

import { createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import * as bluelet from "../../mod.ts";

/** Starts the server, which belongs to the current coroutine; results in its port and in the certificate to trust. */
export function* demonstration(): bluelet.Coroutine<{ port: number; certificate: string }> {
  const { text } = yield* bluelet.output("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "-", "-out", "-"],
  ]);
  const [key = "", cert = ""] = text.match(/-----BEGIN [^]*?-----END [^\n]*\n/g) ?? [];
  const secureContext = createSecureContext({ cert, key });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.write("220 demonstration\r\n");
    converse(socket, () => converse(new TLSSocket(socket, { isServer: true, secureContext }), null));
  });
  const port = yield* bluelet.suspend<number>((resume) => {
    server.listen(0, "127.0.0.1", () => resume((server.address() as { port: number }).port));
  }, { what: "the demonstration to listen" });
  yield* bluelet.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, certificate: cert };
}

/** Talks to a client over `socket`; calls `secure`, if there may be TLS yet, when the client asks for it. */
function converse(socket: Socket, secure: (() => void) | null): void {
  let buffered = "", mail: string | null = null;
  socket.setEncoding("utf8");
  const hear = (text: string) => {
    buffered += text;
    for (let end; (end = buffered.indexOf("\r\n")) >= 0;) {
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      if (mail !== null && line !== ".") mail += `${line.replace(/^\./, "")}\n`;
      else if (mail !== null) {
        console.log(`The server got:\n${mail.replaceAll(/^/gm, "  | ")}`);
        mail = null;
        socket.write("250 kept\r\n");
      } else if (/^STARTTLS$/i.test(line) && secure !== null) {
        socket.off("data", hear);
        socket.write("220 go on\r\n", secure);
      } else if (/^DATA$/i.test(line)) {
        mail = "";
        socket.write("354 end it with a dot\r\n");
      } else if (/^QUIT$/i.test(line)) socket.end("221 goodbye\r\n");
      else socket.write(/^EHLO/i.test(line) && secure ? "250-here\r\n250 STARTTLS\r\n" : "250 well\r\n");
    }
  };
  socket.on("data", hear);
  socket.on("error", () => socket.destroy());
}

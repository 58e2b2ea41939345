/**
 * TLS by `node:tls`, over any transport.
 *
 * Deno's own TLS does not close a connection whose handshake is given up, has no `setNoDelay`, and cannot be a server's side
 * of STARTTLS; this can.
 *
 * @module
 */

import type * as NodeCrypto from "node:crypto";
import type * as NodeTls from "node:tls";
import {
  ipVersionOf,
  type Tls,
  type TlsClientSettings,
  type TlsServerOptions,
  type Transport,
} from "../net/mod.ts";
import { TlsTransport } from "./tls_transport.ts";

/** `node:` modules, loaded when they are first needed. */
declare const process: {
  getBuiltinModule(name: "node:tls"): typeof NodeTls;
  getBuiltinModule(name: "node:crypto"): typeof NodeCrypto;
};

/** The TLS of a host that has `node:tls`. */
export const nodeTls: Tls = {
  client(transport: Transport, settings: TlsClientSettings): Transport {
    const { serverName, caCerts = [], cert, key, alpnProtocols } = settings;
    const { connect, createSecureContext } = process.getBuiltinModule("node:tls");
    const options: NodeTls.ConnectionOptions = { host: serverName };
    // No address may be named in a handshake; what the certificate is for is checked all the same.
    if (ipVersionOf(serverName) === 0) options.servername = serverName;
    if (cert !== undefined && key !== undefined) checkPair(cert, key);
    options.secureContext = createSecureContext(cert === undefined ? {} : { cert, key });
    for (const caCert of caCerts) {
      checkCertificate(caCert, "caCerts");
      // Added to those that are trusted anyway; the option `ca` would take their place.
      options.secureContext.context.addCACert(caCert);
    }
    if (alpnProtocols !== undefined) options.ALPNProtocols = alpnProtocols;
    return new TlsTransport(transport, "secureConnect", (socket) => connect({ ...options, socket }));
  },

  server({ cert, key, alpnProtocols }: TlsServerOptions): (transport: Transport) => Transport {
    checkPair(cert, key);
    const { createSecureContext, TLSSocket } = process.getBuiltinModule("node:tls");
    const options: NodeTls.TLSSocketOptions = {
      isServer: true,
      secureContext: createSecureContext({ cert, key }),
    };
    if (alpnProtocols !== undefined) options.ALPNProtocols = alpnProtocols;
    return (transport) => new TlsTransport(transport, "secure", (socket) => new TLSSocket(socket, options));
  },
};

/** Deno's `node:tls` says nothing of a certificate that is none until a client comes. */
function checkPair(cert: string, key: string): void {
  const certificate = checkCertificate(cert, "cert");
  let matches = false;
  try {
    matches = certificate.checkPrivateKey(process.getBuiltinModule("node:crypto").createPrivateKey(key));
  } catch (error) {
    throw new TypeError("tls takes { key } as a private key in PEM.", { cause: error });
  }
  if (!matches) throw new TypeError("tls takes { cert, key } that belong together; this key is another's.");
}

function checkCertificate(cert: string, name: string): NodeCrypto.X509Certificate {
  try {
    return new (process.getBuiltinModule("node:crypto").X509Certificate)(cert);
  } catch (error) {
    throw new TypeError(`tls takes { ${name} } in PEM, -----BEGIN CERTIFICATE----- and so on.`, {
      cause: error,
    });
  }
}

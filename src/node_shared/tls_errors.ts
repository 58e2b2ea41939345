/**
 * The errors of `node:tls` in the library's words.
 *
 * @module
 */

import { TlsError } from "../net/mod.ts";
import { SocketClosedError, SocketError } from "../streams/mod.ts";

/** Reasons for which a certificate is not accepted, by OpenSSL's names. */
const NOT_TRUSTED =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** `error`, which `what` came to; what the transport beneath has failed with is left as it is. */
export function tlsError(error: unknown, what: string): Error {
  if (error instanceof SocketError || error instanceof SocketClosedError) return error;
  const { code = "", message } = error as { code?: string; message: string };
  if (NOT_TRUSTED.test(code)) {
    const advice = code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH"
      ? "connect to a name that the certificate is for, or say { serverName }"
      : "if you trust who signed it, give their certificate in { caCerts }";
    return new TlsError(`${what}: ${message} (ECERT); ${advice}.`, { code: "ECERT", cause: error });
  }
  return new TlsError(`${what}: ${message} (EPROTO).`, { code: "EPROTO", cause: error });
}

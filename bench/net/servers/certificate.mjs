// A certificate and its key for the servers of one run, made by openssl: nobody's secret, and on no disk.
import { execFileSync } from "node:child_process";

const text = execFileSync("openssl", [
  ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
  ...["-subj", "/CN=localhost", "-keyout", "-", "-out", "-"],
], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { PATH: "/usr/bin:/bin" } });

export const [key, cert] = text.match(/-----BEGIN [^]*?-----END [^\n]*\n/g);

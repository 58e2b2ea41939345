/**
 * Certificates for tests, which `certificates/make.sh` makes with openssl, once for each test file.
 *
 * @module
 */

/** PEM texts. */
export interface Certificates {
  /** The authority's certificate. */
  ca: string;
  /** A server's, for `localhost`, `127.0.0.1` and `::1`. */
  server: { cert: string; key: string };
  /** One for another name. */
  other: { cert: string; key: string };
  /** One that has expired. */
  old: { cert: string; key: string };
  /** The folder of the files `ca.pem`, `server.pem`, `server.key` and so on, for programs that take paths. */
  folder: string;
}

let made: Certificates | undefined;

/** The certificates. */
export function certificates(): Certificates {
  if (made !== undefined) return made;
  const folder = Deno.makeTempDirSync({ prefix: "bluelet-certificates-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const script = new URL("./certificates/make.sh", import.meta.url).pathname;
  const { success, stderr } = new Deno.Command("sh", { args: [script, folder] }).outputSync();
  if (!success) throw new Error(`make.sh failed: ${new TextDecoder().decode(stderr)}`);
  const read = (name: string) => Deno.readTextFileSync(`${folder}/${name}`);
  const pair = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });
  return made = {
    ca: read("ca.pem"),
    server: pair("server"),
    other: pair("other"),
    old: pair("old"),
    folder,
  };
}

import { assert, assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { bodyOf, exchangeOn, get, PORT, serve, statusOf } from "./httpd_site.ts";
import { reach } from "./program.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);

/** Asks for `path` again and again, at most for some seconds, until an answer is as expected; results in the last. */
async function untilIs(path: string, expected: (answer: string) => boolean): Promise<string> {
  let answer: string;
  const deadline = performance.now() + 5_000;
  do {
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer = await getKept(path);
  } while (!expected(answer) && performance.now() < deadline);
  return answer;
}

/** Asks as most clients do, so that the answer may come out of memory. */
async function getKept(path: string): Promise<string> {
  using conn = await reach(PORT);
  const request = `GET ${path} HTTP/1.1\r\nHost: h\r\n`;
  const both = await exchangeOn(conn, `${request}\r\n${request}Connection: close\r\n\r\n`);
  return both.slice(0, both.indexOf("HTTP/1.1", 1));
}

Deno.test({
  name: "httpd.ts serves what is there now, while it is asked for all the time",
  ignore,
  async fn() {
    await using site = await serve();
    const docs = `${site.folder}/docs`;
    const changes: Record<
      string,
      [path: string, change: () => Promise<unknown>, status: number, holds: string]
    > = {
      "an index is deleted": [
        "/with%20index/",
        () => Deno.remove(`${docs}/with index/index.html`),
        200,
        "0 files",
      ],
      "an index comes": [
        "/with%20index/",
        () => Deno.writeTextFile(`${docs}/with index/index.html`, "new index"),
        200,
        "new index",
      ],
      "an index becomes a folder": [
        "/with%20index/",
        () =>
          Deno.remove(`${docs}/with index/index.html`).then(() =>
            Deno.mkdir(`${docs}/with index/index.html`)
          ),
        200,
        "index.html/",
      ],
      "a folder is deleted": [
        "/with%20index/",
        () => Deno.remove(`${docs}/with index`, { recursive: true }),
        404,
        "nothing here",
      ],
      "a file becomes a folder": [
        "/1k.txt",
        () => Deno.remove(`${docs}/1k.txt`).then(() => Deno.mkdir(`${docs}/1k.txt`)),
        301,
        "Location: /1k.txt/",
      ],
      "a link leads elsewhere": [
        "/inside",
        () => Deno.remove(`${docs}/inside`).then(() => Deno.symlink("page.html", `${docs}/inside`)),
        200,
        "<title>Page",
      ],
      "a link leads out": [
        "/inside",
        () => Deno.remove(`${docs}/inside`).then(() => Deno.symlink("../secret.txt", `${docs}/inside`)),
        404,
        "nothing here",
      ],
      "a file is replaced": [
        "/hello.txt",
        () =>
          Deno.writeTextFile(`${docs}/other`, "Hello, other!\n").then(() =>
            Deno.rename(`${docs}/other`, `${docs}/hello.txt`)
          ),
        200,
        "Hello, other!",
      ],
      "a file is deleted": ["/hello.txt", () => Deno.remove(`${docs}/hello.txt`), 404, "nothing here"],
    };
    for (const [name, [path, change, status, holds]] of Object.entries(changes)) {
      await getKept(path); // so that it is in memory
      await change();
      const answer = await untilIs(path, (answer) => answer.includes(holds));
      assertEquals([statusOf(answer), answer.includes(holds)], [status, true], `${name}: ${answer}`);
      for (let again = 0; again < 20; again++) {
        const later = await getKept(path);
        assertEquals(statusOf(later), status, `${name}, and is so later: ${later}`);
        assert(later.includes(holds), name);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  },
});

const HIDDEN = [
  "/.env",
  "/%2eenv",
  "/list/.env",
  "/.git/config",
  "/%2Egit/config",
  "/list/../.git/config",
  "/./.git/config",
  "//.git//config",
  "/.git",
  "/.git/",
  "/.well-known/.secret",
  "/...",
  "/..data/key",
  "/.well-known.txt",
];

const hidden = async (docs: string) => {
  for (const folder of [".git", ".well-known", "..data", ".store"]) await Deno.mkdir(`${docs}/${folder}`);
  const files = [
    ".env",
    "list/.env",
    ".git/config",
    ".well-known/.secret",
    "...",
    "..data/key",
    ".well-known.txt",
  ];
  for (const file of files) await Deno.writeTextFile(`${docs}/${file}`, "SECRET");
  await Deno.writeTextFile(`${docs}/.well-known/security.txt`, "Contact");
  await Deno.writeTextFile(`${docs}/.store/file.txt`, "shown");
  await Deno.symlink(".store", `${docs}/store`);
};

Deno.test({
  name: "httpd.ts hides what begins with a dot, but for .well-known",
  ignore,
  async fn() {
    await using site = await serve();
    await hidden(`${site.folder}/docs`);
    for (const path of HIDDEN) {
      const answer = await get(path);
      assertEquals(statusOf(answer), 404, path);
      assert(!answer.includes("SECRET"), path);
    }
    assertEquals(bodyOf(await get("/.well-known/security.txt")), "Contact");
    assertEquals(statusOf(await get("/.well-known/")), 200);
    assertEquals(bodyOf(await get("/.git/../hello.txt")), "Hello, world!\n");
    assertEquals(bodyOf(await get("/store/file.txt")), "shown", "a link that is not hidden itself");
    assert((await get("/store/")).includes("file.txt"));
    const listed = (await Promise.all(["/", "/list/", "/.well-known/"].map((path) => get(path)))).join();
    for (const name of [".env", ".git", ".secret", ">..."]) {
      assert(!listed.includes(name), `${name} is listed`);
    }
    for (const name of [">.well-known/<", "security.txt", ">store/<"]) assert(listed.includes(name), name);
  },
});

Deno.test({
  name: "httpd.ts --hidden shows what begins with a dot",
  ignore,
  async fn() {
    await using site = await serve({ args: ["docs", "--hidden"] });
    await hidden(`${site.folder}/docs`);
    for (const path of HIDDEN) {
      const answer = await get(path);
      const expected = path === "/.git" ? 301 : 200;
      assertEquals(statusOf(answer), expected, path);
    }
    const top = await get("/");
    for (const name of [">.env<", ">.git/<", ">...<"]) assert(top.includes(name), name);
  },
});

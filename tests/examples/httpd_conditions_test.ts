import { assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { bodyOf, fieldOf, get, serve, statusOf } from "./httpd_site.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);

const SAME = "Mon, 04 May 2026 03:02:01 GMT";
const EARLIER = "Mon, 04 May 2026 03:02:00 GMT";
const LATER = "Mon, 04 May 2026 03:02:02 GMT";

/** The status of `/hello.txt` when a request has these fields. */
async function status(...fields: string[]): Promise<number> {
  return statusOf(await get("/hello.txt", fields.map((field) => `${field}\r\n`).join("")));
}

async function tagOf(path: string): Promise<string> {
  return fieldOf(await get(path, "", "HEAD"), "ETag")!;
}

Deno.test({
  name: "httpd.ts sends no other version than the one that is asked for: If-Match",
  ignore,
  async fn() {
    await using _ = await serve();
    const tag = await tagOf("/hello.txt");
    for (
      const tags of [
        tag,
        "*",
        `"other", ${tag}`,
        `${tag},"other"`,
        `,, ${tag} ,`,
        `W/"x", ${tag}`,
        `"a, b",${tag}`,
      ]
    ) {
      assertEquals(await status(`If-Match: ${tags}`), 200, tags);
    }
    for (
      const tags of [
        '"other"',
        `W/${tag}`,
        tag.slice(1, -1),
        "",
        "**",
        '"*"',
        `"x${tag.slice(1)}`,
        `"${tag}"`,
      ]
    ) {
      assertEquals(await status(`If-Match: ${tags}`), 412, tags);
    }
    assertEquals(await status(`If-Match: "other"`, `If-Match: ${tag}`), 200, "one list over several lines");
    assertEquals(statusOf(await get("/hello.txt", `If-Match: "other"\r\n`, "HEAD")), 412);
    assertEquals(await status(`If-Match: "other"`, "Range: bytes=0-1"), 412);
    assertEquals(await status(`If-Match: "other"`, `If-None-Match: ${tag}`), 412);
    assertEquals(await status(`If-Match: ${tag}`, `If-None-Match: ${tag}`), 304);
    assertEquals(await status(`If-Match: ${tag}`, `If-Unmodified-Since: ${EARLIER}`), 200, "the tag counts");

    for (const path of ["/big.bin", "/empty", "/with%20index/", "/list/"]) {
      assertEquals(statusOf(await get(path, `If-Match: "other"\r\n`)), 412, path);
      assertEquals(statusOf(await get(path, `If-Match: *\r\n`)), 200, path);
      assertEquals(statusOf(await get(path, `If-None-Match: *\r\n`)), 304, path);
    }
    assertEquals(statusOf(await get("/nowhere", `If-Match: "other"\r\n`)), 404);
    assertEquals(statusOf(await get("/list", `If-Match: "other"\r\n`)), 301);
    assertEquals(await status(), 200);
  },
});

Deno.test({
  name: "httpd.ts sends no later version than the one that is asked for: If-Unmodified-Since",
  ignore,
  async fn() {
    await using _ = await serve();
    assertEquals(await status(`If-Unmodified-Since: ${SAME}`), 200);
    assertEquals(await status(`If-Unmodified-Since: ${LATER}`), 200);
    assertEquals(await status(`If-Unmodified-Since: ${EARLIER}`), 412);
    assertEquals(await status(`If-Unmodified-Since: ${EARLIER}`, "Range: bytes=0-1"), 412);
    assertEquals(await status(`If-Unmodified-Since: ${EARLIER}`, "If-None-Match: *"), 412);
    assertEquals(await status(`If-Unmodified-Since: ${SAME}`, `If-Modified-Since: ${SAME}`), 304);
    assertEquals(statusOf(await get("/big.bin", `If-Unmodified-Since: ${EARLIER}\r\n`)), 412);
    assertEquals(
      statusOf(await get("/list/", `If-Unmodified-Since: ${EARLIER}\r\n`)),
      200,
      "a list has no date",
    );
  },
});

Deno.test({
  name: "httpd.ts knows HTTP's dates in all three forms, and takes nothing else for a date",
  ignore,
  async fn() {
    await using _ = await serve();
    for (const date of [SAME, "Monday, 04-May-26 03:02:01 GMT", "Mon May  4 03:02:01 2026"]) {
      assertEquals(await status(`If-Modified-Since: ${date}`), 304, date);
      assertEquals(await status(`If-Unmodified-Since: ${date}`), 200, date);
      assertEquals(await status("Range: bytes=0-1", `If-Range: ${date}`), 206, date);
    }
    for (const date of [EARLIER, "Monday, 04-May-26 03:02:00 GMT", "Mon May  4 03:02:00 2026"]) {
      assertEquals(await status(`If-Modified-Since: ${date}`), 200, date);
      assertEquals(await status(`If-Unmodified-Since: ${date}`), 412, date);
      assertEquals(await status("Range: bytes=0-1", `If-Range: ${date}`), 200, date);
    }
    const none = [
      "2030",
      "1",
      "2030-01-01",
      "2030-01-01T00:00:00Z",
      "May 2030",
      `${LATER}, ${LATER}`,
      `${LATER}x`,
    ];
    for (const date of [...none, LATER.replace("GMT", "CET"), LATER.replace("GMT", "+0100"), ""]) {
      assertEquals(await status(`If-Modified-Since: ${date}`), 200, date);
    }
    for (const date of ["2001", "1", "2001-01-01", "May 2001", `${EARLIER}, ${EARLIER}`, ""]) {
      assertEquals(await status(`If-Unmodified-Since: ${date}`), 200, date);
    }
  },
});

Deno.test({
  name: "httpd.ts sends a part only of the very version that the client has the rest of: If-Range",
  ignore,
  async fn() {
    await using _ = await serve();
    const tag = await tagOf("/hello.txt");
    for (const version of [tag, SAME]) {
      const answer = await get("/hello.txt", `Range: bytes=0-4\r\nIf-Range: ${version}\r\n`);
      assertEquals([statusOf(answer), bodyOf(answer)], [206, "Hello"], version);
    }
    for (const version of ['"other"', `W/${tag}`, `${tag}, "other"`, "*", EARLIER, LATER, "", "nonsense"]) {
      const answer = await get("/hello.txt", `Range: bytes=0-4\r\nIf-Range: ${version}\r\n`);
      assertEquals([statusOf(answer), bodyOf(answer)], [200, "Hello, world!\n"], version);
      assertEquals(
        await status("Range: bytes=99-", `If-Range: ${version}`),
        200,
        "what lies beyond the end of another version does not count",
      );
    }
    assertEquals(await status("Range: Bytes=0-4"), 206);
    assertEquals(await status("Range: bytes=0-4\xa0"), 200);
  },
});

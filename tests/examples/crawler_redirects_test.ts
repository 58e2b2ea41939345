/**
 * Redirects, and what else of a request a site might choose.
 *
 * @module
 */

import { assert } from "@std/assert";
import { lacks } from "../requirements.ts";
import { testKinds } from "./crawler_kinds.ts";
import { GOOD, HostileSite, linking, moved, page } from "./crawler_site.ts";

testKinds([
  {
    name: "redirects in circles, and without end",
    answers: {
      "/self": moved("/self#again"),
      "/one": moved("/two", 302),
      "/two": moved("/one", 307),
      "/chain/0": moved("/chain/1"),
      "/chain/*": (client) => client.send(moved(`/chain/${Number(client.path.slice(7)) + 1}`, 308)),
    },
    says: {
      "/self": "301 URL -> /self#again: redirects in a circle",
      "/chain/10": "308 URL -> /chain/11: redirects more than 10 times",
    },
    sums: [/; 3 broken,/, /\/(one|two): redirects in a circle/],
  },
  {
    name: "redirects to what cannot be fetched",
    answers: {
      "/malformed": moved("http://["),
      "/port": moved("http://127.0.0.1:65536/"),
      "/zero": moved("http://127.0.0.1:0/"),
      "/script": moved("javascript:alert(1)"),
      "/data": moved("data:text/html,hello"),
      "/file": moved("file:///etc/passwd"),
      "/blob": (client) => client.send(moved(`blob:http://${/Host: (\S+)/i.exec(client.head)![1]}/1`)),
      "/long": moved(`/${"a".repeat(3000)}`),
      "/same": moved(""),
    },
    says: {
      "/malformed": "301 URL -> http://[: redirects to no valid address",
      "/port": "301 URL -> http://127.0.0.1:65536/: redirects to no valid address",
      "/zero": "301 URL -> http://127.0.0.1:0/\n",
      "/script": "301 URL -> javascript:alert(1): redirects to a javascript: address",
      "/data": "301 URL -> data:text/html,hello: redirects to a data: address",
      "/file": "301 URL -> file:///etc/passwd: redirects to a file: address",
      "/blob": "301 URL -> blob:http://",
      "/long": "301 URL -> /aaa",
      "/same": "301 URL -> : redirects in a circle",
    },
  },
]);

Deno.test({
  name: "crawler.ts sends cookies to nobody, and no password that it found in a link",
  ignore: lacks(["net", "run", "read"]),
  async fn() {
    await using site = new HostileSite({
      "/": (client) => {
        const links = linking(...GOOD, ...GOOD.map((path) => `http://user:pass@${site.host}${path}`));
        return client.send(page(links, "Content-Type: text/html\r\nSet-Cookie: a=b"));
      },
    });
    await site.crawl();
    for (const request of site.requests) assert(!/^(cookie|authorization):/im.test(request), request);
  },
});

/**
 * Redirects, and what else of a request a site might choose.
 *
 * @module
 */

import { assert } from "@std/assert";
import { lacks } from "../requirements.ts";
import { testKinds } from "./crawler_kinds.ts";
import { GOOD, HostileSite, linking, moved, page } from "./crawler_site.ts";

/** The host and port that a request is for. */
const hostIn = (head: string) => /Host: (\S+)/i.exec(head)![1]!;

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
      "/blob": (client) => client.send(moved(`blob:http://${hostIn(client.head)}/1`)),
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
  {
    name: "redirects to hosts that are not its own, and to its own under other names",
    answers: {
      "/outside": moved("http://127.0.0.1:1/"),
      "/local": moved("//localhost/"),
      "/metadata": moved("http://169.254.169.254/latest/meta-data/"),
      "/secure": moved("https://127.0.0.1/"),
      "/password": (client) => client.send(moved(`http://user:pass@${hostIn(client.head)}/there/1`)),
      "/decimal": (client) =>
        client.send(moved(`http://2130706433:${hostIn(client.head).split(":")[1]}/there/2`)),
      "/lure": (client) => client.send(moved(`http://${hostIn(client.head)}@127.0.0.1:1/`)),
      "/there/*": page("there"),
    },
    says: {
      "/there/1": "200 URL",
      "/there/2": "200 URL",
      "/metadata": "301 URL -> http://169.254.169.254/latest/",
    },
  },
]);

Deno.test({
  name: "crawler.ts sends cookies to nobody, and no password that it found in a link or redirect",
  ignore: lacks(["net", "run", "read"]),
  async fn() {
    await using site = new HostileSite({
      "/": (client) => {
        const links = linking(
          "/moved",
          ...GOOD,
          ...GOOD.map((path) => `http://user:pass@${site.host}${path}`),
        );
        return client.send(page(links, "Content-Type: text/html\r\nSet-Cookie: a=b"));
      },
      "/moved": (client) => client.send(moved(`http://user:pass@${hostIn(client.head)}/there`)),
      "/there": page("there"),
    });
    await site.crawl();
    assert(site.asked.includes("/there"));
    for (const request of site.requests) assert(!/^(cookie|authorization):/im.test(request), request);
  },
});

/**
 * What a page leads to, and what a site asks crawlers to leave alone.
 *
 * @module
 */

/** Where the links of a page lead, without repetition; only what can be fetched over HTTP. */
export function linksIn(html: string, page: string): string[] {
  const links = new Set<string>();
  const text = html.replace(/<!--[^]*?-->|<(script|style)\b[^]*?<\/\1>/gi, "");
  for (const match of text.matchAll(/<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/gi)) {
    const href = (match[1] ?? match[2] ?? match[3] ?? "").replaceAll("&amp;", "&").trim();
    const url = URL.parse(href, page);
    if (url === null || !/^https?:$/.test(url.protocol)) continue;
    url.hash = "";
    links.add(url.href);
  }
  return [...links];
}

/** Whether a path may be fetched. */
export type Rules = (path: string) => boolean;

/** What `robots.txt` asks of a crawler that it does not know by name: the longest rule that fits counts. */
export function rulesFrom(robots: string): Rules {
  const rules: { path: string; allow: boolean }[] = [];
  let ours = false, inAgents = false;
  for (const line of robots.split(/\r?\n/)) {
    const [, field, value] = /^\s*([\w-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? [];
    switch (field?.toLowerCase()) {
      case undefined:
        break;
      case "user-agent": // several in a row share the rules that follow them
        ours = value === "*" || (inAgents && ours);
        inAgents = true;
        break;
      case "allow":
      case "disallow":
        if (ours && value !== "") rules.push({ path: value!, allow: field!.toLowerCase() === "allow" });
        inAgents = false;
        break;
      default:
        inAgents = false;
    }
  }
  rules.sort((a, b) => b.path.length - a.path.length || Number(b.allow) - Number(a.allow));
  return (path) => rules.find((rule) => path.startsWith(rule.path))?.allow ?? true;
}

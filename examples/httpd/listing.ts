/**
 * The page that lists a folder.
 *
 * @module
 */

import { escapeUTF8 } from "entities";

/** One line of the page. */
export interface Listed {
  name: string;
  folder: boolean;
  size: number;
  changed: Date | null;
}

const STYLE = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.35rem; font-weight: 600; overflow-wrap: anywhere }
a { color: light-dark(#0550ae, #79b8ff); text-decoration: none }
a:hover { text-decoration: underline }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid light-dark(#e4e7eb, #30363d) }
th { font-size: .8rem; font-weight: 600; color: light-dark(#57606a, #8b949e) }
td:first-child { overflow-wrap: anywhere }
.size, .date { width: 1%; padding-left: 2rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td.size, td.date, footer { color: light-dark(#57606a, #8b949e) }
tr:hover td { background: light-dark(#f6f8fa, #161b22) }
footer { margin-top: 1rem; font-size: .85rem }`;

const order = new Intl.Collator("en", { numeric: true });

/** The page for the folder that `segments` lead to: folders first, then by name. */
export function listingPage(segments: string[], entries: Listed[]): string {
  const sorted = entries.toSorted((a, b) =>
    Number(b.folder) - Number(a.folder) || order.compare(a.name, b.name)
  );
  const rows = sorted.map((entry) => {
    const slash = entry.folder ? "/" : "";
    return `<tr><td><a href="./${encodeURIComponent(entry.name)}${slash}">${
      escapeUTF8(entry.name)
    }${slash}</a></td>` +
      `<td class="size">${entry.folder ? "" : sizeInWords(entry.size)}</td>` +
      `<td class="date">${entry.changed === null ? "" : dateInWords(entry.changed)}</td></tr>`;
  });
  const up = segments.length === 0 ? "" : `<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n`;
  const folders = entries.filter((entry) => entry.folder).length;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeUTF8(`/${segments.map((segment) => `${segment}/`).join("")}`)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${trail(segments)}</h1>
<table>
<thead><tr><th>Name</th><th class="size">Size</th><th class="date">Changed (UTC)</th></tr></thead>
<tbody>
${up}${rows.join("\n")}
</tbody>
</table>
<footer>${counted(folders, "folder")}, ${counted(entries.length - folders, "file")}</footer>
</body>
</html>
`;
}

/** The path, each folder of it a link. */
function trail(segments: string[]): string {
  const links = segments.map((segment, i) => {
    const upwards = "../".repeat(segments.length - 1 - i) || "./";
    return `<a href="${upwards}">${escapeUTF8(segment)}</a>`;
  });
  return [`<a href="${"../".repeat(segments.length) || "./"}">root</a>`, ...links].join(" / ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = bytes / 1024;
  while (size >= 1023.95 && units.length > 1) {
    size /= 1024;
    units.shift();
  }
  return `${size.toFixed(1)} ${units[0]}`;
}

function dateInWords(date: Date): string {
  return date.toISOString().slice(0, 16).replace("T", " ");
}

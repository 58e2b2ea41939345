/**
 * A library that needs no files: what there is to play when no folder was named.
 *
 * @module
 */

import { songAt } from "./disk.ts";
import type { Source } from "./library.ts";

/** Artists, their albums, and the tracks of these with how many seconds they last. */
const MUSIC: Record<string, Record<string, Record<string, number>>> = {
  "Ada and the Engines": {
    "Looms": { "Jacquard": 151, "A Tapestry of Numbers": 248 },
    "Notes by the Translator": { "Punched Cards": 214, "Bernoulli": 187, "Note G": 306 },
  },
  "Grace and the Compilers": {
    "Nanoseconds": { "A Foot of Wire": 11, "The First Bug": 142, "Ships Are Safe in Harbour": 233 },
  },
  "The Green Threads": {
    "Cooperative": { "After You": 12, "No, After You": 9, "Yield to Me": 173, "Everyone Gets a Turn": 264 },
  },
};

/** All of it, as files would have it: `Artist/Album/01 Title.mp3`. */
export const demonstration: Source = function* (contents) {
  const modified = new Date("2026-01-01T00:00:00Z");
  const addFolder = (path: string) => Object.assign(contents.addFolder(path), { modified });
  const root = addFolder("");
  for (const [artist, albums] of Object.entries(MUSIC)) {
    const artistFolder = addFolder(artist);
    root.folders.push(artistFolder);
    for (const [album, tracks] of Object.entries(albums)) {
      const folder = addFolder(`${artist}/${album}`);
      artistFolder.folders.push(folder);
      Object.entries(tracks).forEach(([title, duration], index) => {
        const number = String(index + 1).padStart(2, "0");
        contents.addSong(folder, songAt(`${folder.path}/${number} ${title}.mp3`, duration, modified));
      });
    }
  }
};

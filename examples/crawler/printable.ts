/**
 * Text from other machines, made safe to print. A terminal obeys control characters: they clear the screen, set
 * its title, hide text, or turn its direction round.
 *
 * @module
 */

/** Control, format and unassigned characters, half surrogate pairs, and separators of lines and paragraphs. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * The first `most` characters of a text, with every unsafe one written as `\x1b` or `\u{202e}`. Whatever comes
 * from a server goes through here before it is printed.
 */
export function printable(text: string, most = 300): string {
  const beginning = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return beginning.replace(UNSAFE, (char) => {
    const code = char.codePointAt(0)!;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** The beginning of a text on one line. */
export function inShort(text: string): string {
  return printable(text.slice(0, 1000).replace(/\s+/g, " ").trim(), 100);
}

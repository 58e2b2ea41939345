/**
 * Names and words of strangers, made safe for other people's eyes: no two names look alike, and nothing that is
 * said can do more to a terminal than be printed.
 *
 * Names are in Latin, Greek or Cyrillic letters. Other scripts are left out not since they are less good, but
 * since their look-alikes would fill a book: Unicode's list (UTS #39) has 6,000.
 *
 * @module
 */

/** What a name may consist of when its accents are taken off: letters of one alphabet, digits, `_` and `-`. */
const ALPHABETS = [/^[a-zßæœøđðħıłŋþ\d_-]+$/, /^[α-ως\d_-]+$/, /^[а-яђєѕіјљњћџґ\d_-]+$/];

/** Letters, and what each of them may be taken for: first small letters, then capitals. */
const LOOK_ALIKES: [string, string][] = [
  ["01iıłøđðħŋþß_", "olllloddhnpb-"],
  ["αβγεηικνοπρστυχωφς", "abyenlkvonpotuxwfc"],
  ["авгезиіјкмнопрстуѕхьбђћф", "abre3uljkmhonpctysxb6hhf"],
  ["01ØĐÐĦŁŊÞIẞ_", "OlODDHLNPlB-"],
  ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHlKMNOPTYX"],
  ["АВЕЗИІЈКМНОРСТУЅХЬГПФЛ", "ABE3NlJKMHOPCTYSXbΓΠΦΛ"],
];
const LOOK_ALIKE = new Map(LOOK_ALIKES.flatMap(([letters, others]) => {
  const like = [...others];
  return [...letters].map((letter, index) => [letter, like[index]!] as const);
}));

/** The name that `text` is, written in the one way in which Unicode writes it; nothing if it is no good one. */
export function nameFrom(text: string): string | undefined {
  const name = text.normalize("NFKC");
  const isGood = [...name].length <= 20 && /\p{L}/u.test(name) && !/\p{M}/u.test(name) &&
    ALPHABETS.some((alphabet) => alphabet.test(withoutAccents(name.toLowerCase())));
  return isGood ? name : undefined;
}

/** What a name may be taken for, in small letters and in capitals. Names that share one of these look alike. */
export function looksOf(name: string): string[] {
  return [name.toLowerCase(), name.toUpperCase()].map((form) => {
    const letters = [...withoutAccents(form)].map((letter) => LOOK_ALIKE.get(letter) ?? letter);
    return letters.join("").replace(/rn/g, "m").replace(/vv/gi, "w").replace(/-+/g, "-");
  });
}

function withoutAccents(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
}

/**
 * What someone has typed, without what could play tricks on other people's terminals: control characters, what is
 * invisible or turns the direction of writing, letters under heaps of accents, and gaps that look like a new line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{DI}]/gu, (character) => /\s/.test(character) ? " " : "")
    .replace(/(\p{M}{3})\p{M}+/gu, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

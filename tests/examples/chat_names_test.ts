import { assert, assertEquals } from "@std/assert";
import { looksOf, nameFrom, printable } from "../../examples/chat/names.ts";
import { lacks } from "../requirements.ts";
import { Room } from "./chat_visitor.ts";

/** What a visitor types, and what that is taken for. */
const asName = (typed: string) => nameFrom(printable(typed));

/** Whether both may be in the room at a time. */
function mayBeTogether(one: string, other: string): boolean {
  const [a, b] = [asName(one), asName(other)];
  if (a === undefined || b === undefined) return false;
  const looks = new Set(looksOf(a));
  return !looksOf(b).some((look) => looks.has(look));
}

Deno.test("chat's nameFrom takes names of each alphabet, in the one way in which they are written", () => {
  const names = [
    "ada",
    "Ada",
    "Zoë",
    "Łukasz",
    "Jürgen",
    "Søren",
    "Ελένη",
    "Юлия",
    "Ольга",
    "a",
    "r2d2",
    "x_y-z",
    "Ñandú",
  ];
  for (const name of names) assertEquals(asName(name), name);
  assertEquals(asName("Zoe\u0308"), "Zoë", "composed");
  assertEquals(asName("ａｄａ"), "ada", "compatibility forms");
  assertEquals(asName("ﬁona"), "fiona");
  assertEquals(asName("  ada \t\r"), "ada");
  assertEquals(asName("\u200bad\u2060a\u202e\u00ad\ufe0f"), "ada", "without what cannot be seen");
});

Deno.test("chat's nameFrom refuses names that cannot be seen, read or told apart", () => {
  const names: Record<string, string[]> = {
    "nothing": ["", " ", "\t", "\u00a0", "\u3000"],
    "invisible": [
      "\u200b",
      "\u2060\u2060",
      "\u3164",
      "\u115f",
      "\uffa0",
      "\u2800",
      "\u00ad",
      "\u{e0061}",
      "\ufe0f",
      "\u034f",
    ],
    "controls": ["\u0000", "\u001b[2J", "\u202e", "\u2066\u2069", "\u0085", "\u2028"],
    "marks": ["\u0301", "\u0301\u0301", "a\u0338", "a\u0301\u0301\u0301", "x\u20dd", "ада\u0336"],
    "no letters": ["0", "123", "_", "-", "__--", "!", "ada!", "a d a", "a.b", "a/b", "<ada>", "*", "1\u20e3"],
    "mixed alphabets": ["аda", "adа", "αda", "Αda", "раypаl", "gооgle", "Юlia", "aд", "αа"],
    "other letters": [
      "ɑda",
      "ʟ",
      "ǀ",
      "ᴀda",
      "ꓮꓓꓮ",
      "ᎪᎠᎪ",
      "𐐀",
      "۝",
      "ⅼⅼ\u2170\u0304\u0304",
      "١٢",
      "山田",
      "ア",
      "𝟘",
      "א",
      "ד",
    ],
    "too long": ["x".repeat(21), "\ufdfa"],
  };
  for (const [kind, each] of Object.entries(names)) {
    for (const name of each) assertEquals(asName(name), undefined, `${kind}: ${JSON.stringify(name)}`);
  }
});

Deno.test("chat lets in no two names that look alike", () => {
  const alike: [string, string][] = [
    ["ada", "ADA"],
    ["ada", "aDa"],
    ["ada", "ａｄａ"],
    ["ada", "ada\u200b"],
    ["ada", "a\u0301da"],
    ["ada", "ádá"],
    ["ada", "𝒶𝒹𝒶"],
    ["ada", "ⓐⓓⓐ"],
    ["ada", "аdа"],
    ["zoe", "Zoë"],
    ["bob", "b0b"],
    ["bill", "biII"],
    ["bill", "b1ll"],
    ["Ida", "lda"],
    ["Iris", "ıris"],
    ["iris", "İris"],
    ["mona", "rnona"],
    ["will", "vvill"],
    ["a_b", "a-b"],
    ["a_b", "a__b"],
    ["lukasz", "Łukasz"],
    ["soren", "søren"],
    ["strasse", "straße"],
    ["bob", "ßob"],
    ["sam", "ſam"],
    ["Kim", "\u212aim"],
    ["ace", "асе"], // wholly Cyrillic
    ["BAH", "ВАН"],
    ["bah", "ВАН"],
    ["paypay", "раурау"],
    ["HOPE", "НОРЕ"],
    ["KATE", "ΚΑΤΕ"], // wholly Greek
    ["no", "νο"],
    ["on", "ον"],
    ["ΠΑΠΑ", "ПАПА"], // Greek and Cyrillic
    ["ΓΟΛ", "ГОЛ"],
    ["ёж", "еж"],
    ["Ζ", "Z"],
  ];
  for (const [one, other] of alike) {
    assert(!mayBeTogether(one, other), `${one} and ${other}`);
    assert(!mayBeTogether(other, one), `${other} and ${one}`);
  }
  const different = [
    "ada",
    "bob",
    "carl",
    "dora",
    "Елена",
    "Юрий",
    "Ольга",
    "Γιώργος",
    "Ζωή",
    "ann",
    "anna",
    "a1",
    "a2",
    "tom",
  ];
  for (const [i, one] of different.entries()) {
    for (const other of different.slice(i + 1)) assert(mayBeTogether(one, other), `${one} and ${other}`);
  }
});

Deno.test("chat's printable leaves nothing that does more than be printed", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const text = printable(`a${String.fromCodePoint(code)}b`);
    assert(!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]/u.test(text), code.toString(16));
  }
  assertEquals(printable("a\tb\r\nc\u2028d\u0085e\u00a0 \u3000f"), "a b c de f");
  assertEquals(printable("\u202eevil\u202c \u2067x\u2069"), "evil x");
  assertEquals(printable(`hi${" ".repeat(80)}<bob> me too`), "hi <bob> me too");
  assertEquals(printable(`z${"\u0335".repeat(500)}`).length, 4);
  assertEquals(printable("naïve é 日本 😀 🇬🇷"), "naïve é 日本 😀 🇬🇷");
  assertEquals(printable("\ud800x\udc00"), "x");
  const start = performance.now();
  for (const each of ["\u0301", " ", "\u200b", "a\u0301", "\u0085"]) printable(each.repeat(500_000));
  assert(performance.now() - start < 5_000, "in a time that grows no faster than the text");
});

Deno.test({
  name: "chat.ts asks again for a name that looks like somebody's, and shows what is said as plain text",
  ignore: lacks(["net", "run", "read"]),
  async fn() {
    await using room = await Room.open();
    using ada = await room.enter("Ada");
    using visitor = await room.visitor();
    await visitor.line();
    for (
      const name of [
        "ada",
        "ADA",
        "\u0410d\u0430",
        "ada\u200b",
        " ada ",
        "\u202eada",
        "ａｄａ",
        "áda",
        "\u3164",
        "\u0301",
      ]
    ) {
      await visitor.type(name);
      const answer = await visitor.line();
      assert(/^(Somebody is called Ada already|Up to 20 letters)/.test(answer ?? ""), `${name}: ${answer}`);
    }
    await visitor.type("Áda".normalize("NFD"));
    await visitor.line();
    await visitor.type("Bea");
    assertEquals(await visitor.line(), "* Welcome, Bea. Here are: Ada, Bea.");
    await visitor.type("a\u0007b\u001b]0;title\u001b\\\u202ec\u2028<Ada> d\u009b2J\r* e\u0000");
    assertEquals(await ada.until(/^</), "<Bea> ab]0;title\\c <Ada> d2J * e");
    await visitor.type(new Uint8Array([0xff, 0x41, 0xc0, 0x80, 0x0a]));
    assertEquals(await ada.line(), "<Bea> �A��");
    visitor.leave();
    assertEquals(await ada.until(/Bea has/), "* Bea has left.");
    using bea = await room.enter("bea");
    assertEquals(await ada.line(), "* bea has joined.", "the name is free again");
    await bea.type("/quit");
  },
});

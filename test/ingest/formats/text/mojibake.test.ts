import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanText, repairMojibake } from "../../../../src/ingest/formats/text/mojibake.ts";

test("every text that was written as mojibake comes back", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom("voilà", " ", "É", "“", "…", "😂", "👩‍👩‍👧", "Tiếng Việt", "\u00a0", "ÿ", "\ufeff"),
        { maxLength: 8 },
      )
      .map((it) => it.join("")),
  );
  fc.assert(
    fc.property(text, (text) => {
      const written = text.toWellFormed().normalize("NFC");
      expect(repairMojibake(mojibake(written))).toBe(written);
      expect(cleanText(mojibake(written), true)).toBe(written);
    }),
    { seed: 1, numRuns: 5_000 },
  );
});

test("texts longer than the buffer that is kept come back as well", () => {
  const long = "Größe 😂 ".repeat(4_000);
  expect(repairMojibake(mojibake(long))).toBe(long);
});

test.each([
  ["an emoji", "\u00f0\u009f\u0098\u0082", "😂"],
  ["an emoji of several", mojibake("👩‍👩‍👧"), "👩‍👩‍👧"],
  ["an apostrophe", "don\u00e2\u0080\u0099t", "don’t"],
  ["Vietnamese", "Ti\u00e1\u00ba\u00bfng Vi\u00e1\u00bb\u0087t", "Tiếng Việt"],
  ["a letter whose last byte is a no-break space", "voil\u00c3\u00a0", "voilà"],
  ["a letter whose last byte is a control character", "\u00c3\u0089", "É"],
  ["a byte order mark", "\u00ef\u00bb\u00bfx", "\ufeffx"],
  ["a cut-off emoji behind a whole letter", "caf\u00c3\u00a9 \u00f0\u009f\u0098", "café \u00f0\u009f\u0098"],
  ["a clean letter beside mojibake", "caf\u00e9 \u00c3\u00a9", "café é"],
  ["mojibake of mojibake, once", mojibake(mojibake("é")), mojibake("é")],
])("%s is repaired", (_, written, expected) => {
  expect(repairMojibake(written)).toBe(expected);
});

test.each([
  ["plain words", "plain words"],
  ["a clean café", "café"],
  ["a clean à at the end", "voilà"],
  ["a curly quote", "“quoted” Ã©"],
  ["an emoji that is one already", "😂 Ã©"],
  ["half of a surrogate pair in UTF-8 (CESU-8)", "\u00ed\u00a0\u00bd\u00ed\u00b8\u0082"],
  ["a sequence longer than needed", "\u00c0\u0080"],
  ["what no UTF-8 has", "\u00ff\u00fe"],
  ["nothing", ""],
])("%s stays as it is", (_, text) => {
  expect(repairMojibake(text)).toBe(text);
});

test("a lone surrogate becomes the replacement character, with repair and without", () => {
  expect([cleanText("a\ud83d", true), cleanText("a\ud83d", false)]).toEqual(["a\ufffd", "a\ufffd"]);
});

test("in a clean file nothing is repaired: somebody may have typed it", () => {
  expect(cleanText("Ã© is how é looks", false)).toBe("Ã© is how é looks");
});

test("accents that stand apart are joined", () => {
  expect([cleanText(mojibake("e\u0301"), true), cleanText("e\u0301", false)]).toEqual(["é", "é"]);
});

test("whatever the text, what is kept is well-formed and in normal form", () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((it) => String.fromCharCode(...it));
  const bytes = fc.array(fc.integer({ min: 0, max: 0xff })).map((it) => String.fromCharCode(...it));
  fc.assert(
    fc.property(fc.oneof(units, bytes), fc.boolean(), (text, needsRepair) => {
      const kept = cleanText(text, needsRepair);
      expect([kept.isWellFormed(), kept.normalize("NFC")]).toEqual([true, kept]);
    }),
    { seed: 2, numRuns: 3_000 },
  );
});

/** Each UTF-8 byte as one character, as Facebook writes. */
function mojibake(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacedEntry } from "../../../src/ingest/merge/source.ts";
import { lineOf } from "../../../src/ingest/store/line.ts";
import { parseLines } from "../../../src/ingest/store/stored-lines.ts";

const names = ["Inês Duarte", 'Ana "the" \\ Lima', "李雷", "A", "Zoë", "Ben 😂", "", "B", "C", "D"];
const texts = [
  "",
  "olá, até já",
  '"quoted"',
  "back\\slash",
  "line\nbreak",
  "ÿ÷À",
  "€",
  "😂",
  "\ud800 alone",
  "\u2028",
];

function anyEntry(): fc.Arbitrary<PlacedEntry> {
  return fc.record({
    sender: fc.constantFrom(...names),
    sentAt: fc.oneof(fc.constant(null), fc.nat(4e12), fc.constantFrom(0, -5, 9e15, 1.5)),
    text: fc.oneof(
      fc.constantFrom(...texts),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme-ascii" }),
    ),
    kind: fc.constantFrom("text", "text", "text", "media", "unsent"),
    attachments: fc.constantFrom([], [], [], [{ kind: "photo" as const, name: "1.jpg" }]),
    reactions: fc.constantFrom([], [], [], [{ emoji: "❤", actor: "Zoë" }]),
    source: fc.constantFrom("facebook/inbox", "facebook/e2ee", "whatsapp/ü"),
  });
}

test("lines give back the entries that they were written from", () => {
  fc.assert(
    fc.property(fc.array(anyEntry(), { maxLength: 30 }), (entries) => {
      const lines = Buffer.from(entries.map(lineOf).join(""));

      expect(parseLines(lines)).toEqual(JSON.parse(JSON.stringify(entries)));
      expect(parseLines(lines.subarray(0, -1))).toEqual(parseLines(lines));
    }),
    { numRuns: 500 },
  );
});

test("a line that JSON would not read is refused", () => {
  for (const line of [
    '{"sender":"A","sentAt":1,"text":"a","source":"s"',
    '{"sender":"A","sentAt":1,"text":"a"}}',
    "x",
  ])
    expect(() => parseLines(Buffer.from(`${line}\n`))).toThrow();
});

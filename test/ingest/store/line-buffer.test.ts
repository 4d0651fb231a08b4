import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacedEntry } from "../../../src/ingest/merge/source.ts";
import { lineOf } from "../../../src/ingest/store/line.ts";
import { LineBuffer } from "../../../src/ingest/store/line-buffer.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom(
    "",
    "plain",
    'a "quoted" \\ text',
    "olá, João ção",
    "tab\tnew\nline\u0000\u001f",
    "\u07ff\u0800",
    "\ud800",
  ),
);
const time = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 8.64e15 }),
  fc.constantFrom(0, 1, 9_999_999, 10_000_000, 1_700_000_000_000, 1_700_000_000_007, 1.5, 8.64e15),
);
const entry: fc.Arbitrary<PlacedEntry> = fc.record(
  {
    sender: text,
    sentAt: time,
    text,
    kind: fc.constantFrom("text", "call", "media"),
    attachments: fc.array(fc.record({ kind: fc.constantFrom("photo", "link"), name: text }), {
      maxLength: 2,
    }),
    reactions: fc.array(fc.record({ emoji: text, actor: text }), { maxLength: 2 }),
    callSeconds: fc.integer({ min: 0, max: 9_999 }),
    source: fc.constantFrom("facebook/inbox", "instagram/inbox"),
  },
  { requiredKeys: ["sender", "sentAt", "text", "kind", "attachments", "reactions", "source"] },
) as fc.Arbitrary<PlacedEntry>;

test("the bytes are those of the lines, whatever the entries", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      expect(written(entries)).toBe(entries.map(lineOf).join(""));
    }),
    { numRuns: 500 },
  );
});

test("a full buffer and a line longer than it keep their order", () => {
  const one = (text: string): PlacedEntry => ({
    sender: "Ana",
    sentAt: 1_700_000_000_000,
    text,
    kind: "text",
    attachments: [],
    reactions: [],
    source: "facebook/inbox",
  });
  const entries = ["a".repeat(90_000), "short", "é".repeat(200_000), "z", "ü".repeat(50_000), "end"].map(one);
  expect(written(entries)).toBe(entries.map(lineOf).join(""));
});

function written(entries: PlacedEntry[]): string {
  const chunks: Buffer[] = [];
  const lines = new LineBuffer((bytes) => chunks.push(Buffer.from(bytes)));
  for (const each of entries) lines.add(each);
  lines.flush();
  return Buffer.concat(chunks).toString("utf8");
}

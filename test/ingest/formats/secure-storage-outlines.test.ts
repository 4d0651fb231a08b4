import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EntryOutline, FoundPart } from "../../../src/ingest/formats/format.ts";
import { secureStorage } from "../../../src/ingest/formats/secure-storage.ts";
import { createTally } from "../../../src/ingest/tally.ts";
import { secureStorageMessages } from "./dyi/messages.ts";

const folder = await mkdtemp(path.join(tmpdir(), "persona outlines "));
const limits = { wholeFileBytes: 1e6 };

const plainMessage = fc
  .record({
    senderName: fc.constantFrom("Ana Lima", "Zoë Fox", "Łucja", "🦊", 'a "fox"'),
    text: fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("Ã©", '"}],', "{[", "e\u0301", "\\", "\n"),
    ),
    timestamp: fc.constantFrom(0, 5, 1_712_345_678, 1_712_345_678_901, 17_123_456_789_012),
    type: fc.constantFrom("text", "poll", "placeholder"),
    isUnsent: fc.constantFrom(false, false, true),
  })
  .map(({ senderName, text, timestamp, type, isUnsent }) => ({
    isUnsent,
    media: [],
    reactions: [],
    senderName,
    text,
    timestamp,
    type,
  }));
const strangeMessage = secureStorageMessages.filter(
  (it) => typeof it === "object" && it !== null && !Array.isArray(it),
);
const someMessages = fc.array(fc.oneof({ weight: 4, arbitrary: plainMessage }, strangeMessage), {
  minLength: 1,
  maxLength: 6,
});

test("outlines are those of the entries that are read, whatever stands in the messages", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(someMessages, fc.constantFrom(0, 2), async (messages, indent) => {
      const part = await chatOf(
        JSON.stringify(
          { participants: ["Ana Lima", "Zoë Fox"], threadName: "Zoë Fox_1", messages },
          undefined,
          indent,
        ),
      );
      const outlines = outlinesOf(part);
      if (outlines === undefined) return;
      told++;
      expect(outlines).toEqual(await entriesOf(part));
    }),
    { seed: 1, numRuns: 500 },
  );
  expect(told).toBeGreaterThan(400);
});

const message =
  '{"isUnsent":false,"media":[],"reactions":[],"senderName":"Ana Lima","text":"hi","timestamp":1712345678901,"type":"text"}';
const written = `{"participants":["Ana Lima"],"threadName":"Zoë Fox_1","messages":[${message},{"text":"a \\"fox\\""}]}`;

test("a file that ends in the middle, or goes on behind its end, is to be read", async () => {
  expect(outlinesOf(await chatOf(written))).toHaveLength(2);
  for (let end = written.indexOf("messages"); end < written.length; end++)
    expect(outlinesOf(await chatOf(written.slice(0, end)))).toBeUndefined();
  expect(outlinesOf(await chatOf(written + written))).toBeUndefined();
});

test.each([
  ["a key twice", written.replace('"messages"', '"messages":[],"messages"')],
  ["another key", written.replace('"messages"', '"more":1,"messages"')],
  ["no object among its messages", written.replace("[{", "[5,{")],
  ["a blank that JSON does not know", written.replace("[{", "[\u00a0{")],
  ["a control character in a text", written.replace("hi", "h\u0001i")],
])("a file with %s is to be read", async (_, json) => {
  expect(outlinesOf(await chatOf(json))).toBeUndefined();
});

async function chatOf(json: string): Promise<FoundPart> {
  const file = path.join(folder, "Zoë Fox_1.json");
  await writeFile(file, json);
  const entry = { path: path.basename(file), bytes: Buffer.byteLength(json), file };
  const [part] = await secureStorage.find(entry, {});
  return part as FoundPart;
}

function outlinesOf(part: FoundPart): EntryOutline[] | undefined {
  const outlines: EntryOutline[] = [];
  return secureStorage.readOutlines?.(part, limits, (outline) => outlines.push(outlineOf(outline)))
    ? outlines
    : undefined;
}

async function entriesOf(part: FoundPart): Promise<EntryOutline[]> {
  const entries: EntryOutline[] = [];
  const reading = secureStorage.read(part, { owner: "", tally: createTally(), ...limits });
  for await (const batch of reading) entries.push(...batch.map(outlineOf));
  return entries;
}

function outlineOf({ sender, sentAt, text, kind }: EntryOutline): EntryOutline {
  return { sender, sentAt, text, kind };
}

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FoundPart, ParsedEntry, PartHeader } from "../../../../src/ingest/formats/format.ts";
import { secureStorage } from "../../../../src/ingest/formats/secure-storage/index.ts";
import { readUsual } from "../../../../src/ingest/formats/secure-storage/texts.ts";
import { createTally, type Tally } from "../../../../src/ingest/tally.ts";
import { secureStorageMessages } from "../dyi/messages.ts";

const folder = await mkdtemp(path.join(tmpdir(), "persona texts "));

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

test("a file gives what it gives when it is parsed, whatever stands in its messages", async () => {
  let usual = 0;
  await fc.assert(
    fc.asyncProperty(someMessages, fc.constantFrom(0, 2), async (messages, indent) => {
      const json = chatOf(messages, indent);
      if (await isUsual(json)) usual++;
      expect(await read(json)).toEqual(await readParsed(json));
    }),
    { seed: 1, numRuns: 500 },
  );
  expect(usual).toBeGreaterThan(400);
});

test("a file of many chunks gives what it gives when it is parsed", async () => {
  const messages = fc.sample(someMessages, { seed: 2, numRuns: 3_000 }).flat();
  const json = chatOf(messages, 2);
  expect(json.length).toBeGreaterThan(1_500_000);
  expect(await isUsual(json, 1_000)).toBe(true);
  expect(await read(json, 1_000)).toEqual(await readParsed(json));
});

const message =
  '{"isUnsent":false,"media":[],"reactions":[],"senderName":"Ana Lima","text":"hi","timestamp":1712345678901,"type":"text"}';
const written = `{"participants":["Ana Lima"],"threadName":"Zoë Fox_1","messages":[${message},${message},{"text":"a \\"fox\\""},${message}]}`;

test("a file that ends in the middle, or goes on behind its end, gives what can be read", async () => {
  expect((await read(written)).entries).toHaveLength(4);
  for (let end = written.indexOf("messages"); end < written.length; end++) {
    expect(await isUsual(written.slice(0, end))).toBe(false);
    expect(await read(written.slice(0, end))).toEqual(await readParsed(written.slice(0, end)));
  }
  expect(await read(written + written)).toEqual(await readParsed(written + written));
});

test("a message that is longer than any, in a damaged file, hides none of those behind it", async () => {
  const long = message.replace("hi", "x".repeat(2_100_000));
  const others = ["one", "two"].map((text) => message.replace("hi", text));
  const json = written.replace(`${message},${message}`, [message, long, '{"text":}', ...others].join(","));

  expect((await read(json)).entries.map(({ text }) => text.slice(0, 10))).toEqual([
    "hi",
    "one",
    "two",
    'a "fox"',
    "hi",
  ]);
  expect(await read(json)).toEqual(await readParsed(json));
});

test.each([
  ["a key twice", written.replace('"messages"', '"messages":[],"messages"')],
  ["another key", written.replace('"messages"', '"more":1,"messages"')],
  ["another key at its end", written.replace("]}", '],"more":1}')],
  ["no object among its messages", written.replace("[{", "[5,{")],
  ["a blank that JSON does not know", written.replace("[{", "[\u00a0{")],
  ["a control character in a text", written.replaceAll("hi", "h\u0001i")],
  ["a control character in its title", written.replace("Zoë", "Z\u0001oë")],
  ["broken characters in a text", Buffer.from(written.replaceAll("hi", "h\u00e9i"), "latin1")],
])("a file with %s is parsed", async (_, json) => {
  expect(await isUsual(json)).toBe(false);
  expect(await read(json)).toEqual(await readParsed(json));
});

function chatOf(messages: unknown[], indent: number): string {
  const chat = { participants: ["Ana Lima", "Zoë Fox"], threadName: "Zoë Fox_1", messages };
  return JSON.stringify(chat, undefined, indent);
}

async function isUsual(json: string | Buffer, wholeFileBytes = 1e7): Promise<boolean> {
  const { entry } = await partOf(json);
  const reading = readUsual(entry, { owner: "", tally: createTally(), wholeFileBytes }, () => undefined);
  const { end } = await readToEnd(reading);
  return end.header !== undefined;
}

interface ReadChat {
  entries: ParsedEntry[];
  end: PartHeader;
  tally: Tally;
}

/** Nothing that Messenger writes begins with a byte order mark. */
function readParsed(json: string | Buffer): Promise<ReadChat> {
  return read(Buffer.concat([Buffer.from("\uFEFF"), Buffer.from(json)]));
}

async function read(json: string | Buffer, wholeFileBytes = 1e7): Promise<ReadChat> {
  const tally = createTally();
  const part = await partOf(json);
  const chat = await readToEnd(secureStorage.read(part, { owner: "", tally, wholeFileBytes }));
  return { ...chat, tally };
}

async function readToEnd<End>(
  reading: AsyncGenerator<ParsedEntry[], End>,
): Promise<{ entries: ParsedEntry[]; end: End }> {
  const entries: ParsedEntry[] = [];
  for (;;) {
    const { done, value } = await reading.next();
    if (done) return { entries, end: value };
    entries.push(...value);
  }
}

async function partOf(json: string | Buffer): Promise<FoundPart> {
  const file = path.join(folder, "Zoë Fox_1.json");
  await writeFile(file, json);
  const entry = { path: path.basename(file), bytes: Buffer.byteLength(json), file };
  const [part] = await secureStorage.find(entry, {});
  return { title: "", ...part, entry } as FoundPart;
}

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ExportEntry } from "../../../../src/ingest/archives/entry.ts";
import type { FoundPart, ParsedEntry } from "../../../../src/ingest/formats/format.ts";
import { secureStorage } from "../../../../src/ingest/formats/secure-storage/index.ts";
import { isSecureStorageMessage } from "../../../../src/ingest/formats/secure-storage/message.ts";
import { createTally } from "../../../../src/ingest/tally.ts";
import { secureStorageMessages } from "../dyi/messages.ts";
import { SecureStorageMessageSchema } from "../dyi/schema.ts";

test("the check accepts and refuses what the schema does", () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(secureStorageMessages, (message) => {
      const isRight = SecureStorageMessageSchema.safeParse(message).success;
      if (isRight) accepted++;
      else refused++;
      expect(isSecureStorageMessage(message)).toBe(isRight);
    }),
    { seed: 1, numRuns: 4_000 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(800);
});

test.each([null, undefined, [], "x", 5, true])("%j is no message", (value) => {
  expect(isSecureStorageMessage(value)).toBe(false);
});

test("keys that are not known are told with their path, at every level", async () => {
  const { tally } = await read(
    '{"timestamp":1712345678901,"new":1,"__proto__":1,"media":[{"uri":"a.jpeg","new":1}],"reactions":[{"constructor":1}]}',
    '"threadKey":1',
  );
  expect([...tally.drift.keys()].sort()).toEqual([
    "__proto__",
    "media.new",
    "new",
    "reactions.constructor",
    "thread.threadKey",
  ]);
  expect(tally.drift.get("media.new")).toEqual({ count: 1, firstFile: "Zoë Fox_12.json", firstEntry: 0 });
});

test.each([
  ["milliseconds", "1712345678901", 1_712_345_678_901],
  ["seconds", "1712345678", 1_712_345_678_000],
  ["zero, which stands for an unknown time", "0", null],
  ["less than zero", "-5", null],
  ["a number over all numbers", "1e400", null],
  ["null", "null", null],
])("a time in %s", async (_, json, expected) => {
  const { entries } = await read(`{"senderName":"Zoë Fox","text":"hi","timestamp":${json}}`);
  expect(entries.map(({ sentAt }) => sentAt)).toEqual([expected]);
});

test("what somebody typed is not repaired, and what was unsent is left out and counted", async () => {
  const { entries, tally } = await read(
    '{"senderName":"Zoë Fox","text":"Ã© stays","timestamp":1712345678901,"type":"text"},' +
      '{"senderName":"Zoë Fox","text":"User unsent a message","timestamp":1712345678902,"type":"placeholder","isUnsent":true}',
  );
  expect(entries.map(({ text }) => text)).toEqual(["Ã© stays"]);
  expect(tally.dropped).toEqual({ unsent: 1 });
});

test.each([
  ["text", '"type":"media","text":"a caption","media":[{"uri":"./media/a.mp4"}]'],
  ["media", '"type":"media","text":"","media":[{"uri":"Failed to download media"}]'],
  ["share", '"type":"link","text":"","media":[]'],
  ["poll", '"type":"poll","text":"Question: when?; Options: now (1 votes: Zoë)"'],
  ["empty", '"type":"","text":""'],
])("a message is %s by what it has", async (kind, json) => {
  const { entries } = await read(`{"senderName":"Zoë Fox","timestamp":1712345678901,${json}}`);
  expect(entries.map((entry) => entry.kind)).toEqual([kind]);
});

test("a chat is known by its name without the number, and by who takes part", async () => {
  const { part } = await read('{"senderName":"Zoë Fox","text":"hi","timestamp":1712345678901}');
  expect(part).toMatchObject({
    title: "Zoë Fox",
    people: ["Ana Lima", "Zoë Fox"],
    newestAt: 1_712_345_678_901,
    section: "e2ee",
  });
});

/** Reads a chat with the given messages, written as JSON. */
async function read(messages: string, more?: string) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona secure ")), "Zoë Fox_12.json");
  const json = `{"participants":["Ana Lima","Zoë Fox"],"threadName":"Zoë Fox_12","messages":[${messages}]${more ? `,${more}` : ""}}`;
  await writeFile(file, json);
  const entry: ExportEntry = { path: path.basename(file), bytes: Buffer.byteLength(json), file };
  const [part] = (await secureStorage.find(entry, {})) as [FoundPart];
  const tally = createTally();
  const entries: ParsedEntry[] = [];
  for await (const batch of secureStorage.read(part, { owner: "Ana Lima", tally, wholeFileBytes: 1e6 }))
    entries.push(...batch);
  return { part, entries, tally };
}

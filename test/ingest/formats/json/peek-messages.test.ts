import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { peekMessages } from "../../../../src/ingest/formats/json/index.ts";
import { CutOffError, splitMessages } from "../../../../src/ingest/formats/json/message-splitter.ts";

const folder = mkdtempSync(path.join(tmpdir(), "persona-peek-"));
afterAll(() => rmSync(folder, { recursive: true }));

const messages = [
  { sender_name: "Ana", content: 'she said: }, { "sender_name": "Ben" }', timestamp_ms: 3 },
  { sender_name: "Ben", photos: [{ uri: "a.jpg" }, { uri: "b.jpg" }], timestamp_ms: 2 },
  { sender_name: "Ana", content: "kéz 🌻", reactions: [{ reaction: "👍", actor: "Ben" }] },
  { timestamp_ms: 1, sender_name: "Ben" },
];
const thread = { participants: [{ name: "Ana" }, { name: "Ben" }], messages, title: "Ana" };
const pictures = [{ sender_name: "no message" }, { sender_name: "no message either" }];

test.each<[string, string]>([
  ["indented", JSON.stringify(thread, null, 2)],
  ["without spaces", JSON.stringify(thread)],
  ["in ASCII", JSON.stringify(thread).replace(/[^ -~]/g, "?")],
  ["with another list behind them", JSON.stringify({ ...thread, pictures }, null, 2)],
  ["with another list before them", JSON.stringify({ pictures, ...thread }, null, 2)],
  ["with two lists of them", `{"messages": [{"a": 1}, {"a": 2}], ${JSON.stringify(thread).slice(1)}`],
  ["in two documents", JSON.stringify(thread) + JSON.stringify(thread)],
  ["with one that is damaged", JSON.stringify(thread).replace('"b.jpg"', "b.jpg")],
])("messages %s are those of a walk over the same bytes, wherever these end", async (_, json) => {
  const file = path.join(folder, "message_1.json");
  writeFileSync(file, json);
  const bytes = Buffer.from(json);
  for (let end = 1; end <= bytes.length; end++) {
    const head = bytes.subarray(0, end);
    const peeked = await peekMessages({ path: "message_1.json", file, bytes: bytes.length }, end);
    expect(peeked, `${end} bytes`).toEqual({ messages: await walkOver(head), isAscii: isAscii(head) });
  }
});

async function walkOver(head: Buffer): Promise<unknown[]> {
  const walked: unknown[] = [];
  try {
    for await (const batch of splitMessages([head])) walked.push(...batch.messages);
  } catch (error) {
    if (!(error instanceof CutOffError)) throw error;
  }
  return walked;
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}

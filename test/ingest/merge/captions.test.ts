import { expect, test } from "vitest";
import type { Attachment } from "../../../src/handoffs/index.ts";
import { mergeSources } from "../../../src/ingest/merge/merge.ts";
import type { PlacedEntry } from "../../../src/ingest/merge/source.ts";

const moment = 1_700_000_000_123;

test("a caption in two exports is one message, however they call its picture", async () => {
  const one = picture("sunset", "456_n.jpg", { source: "facebook/e2ee_cutover" });
  const other = picture("sunset", "f3a1.jpeg", { source: "facebook/e2ee" });
  const once = [{ text: "sunset", attachments: [{ name: "456_n.jpg" }] }];
  expect(await merge([one], [other])).toMatchObject(once);
  expect(await merge([other], [one])).toMatchObject(once);
});

test("a caption is one message where one export could not save the picture", async () => {
  const missing = picture("sunset", undefined, { kind: "text" });
  expect(await merge([missing], [picture("sunset", "1.jpg")])).toMatchObject([
    { kind: "text", attachments: [{ name: "1.jpg" }] },
  ]);
});

test("a picture that one export has without its caption is not another picture", async () => {
  const kept = [{ text: "sunset", kind: "text", attachments: [{ name: "1.jpg" }] }];
  expect(await merge([picture("")], [picture("sunset", "1.jpg")])).toMatchObject(kept);
  expect(await merge([picture("sunset", "1.jpg")], [picture("", "other.jpg")])).toMatchObject(kept);
});

test("of two pictures the one with the caption keeps it", async () => {
  const both = [picture("", "a.jpg"), picture("sunset", "b.jpg")];
  const bare = [picture("", "a.jpg"), picture("", "b.jpg")];
  expect(await merge(bare, both)).toEqual(await merge(both, both));
  expect(await merge(bare, both)).toHaveLength(2);
});

test("a picture and words of one moment that no export has together stay two", async () => {
  expect(await merge([picture("", "1.jpg")], [picture("no picture of mine", undefined)])).toHaveLength(2);
});

test("as many pictures stay as the export has that has most, with the names of the fullest", async () => {
  const named = [picture("", "1.jpg"), picture("", "2.jpg"), picture("", undefined, { kind: "sticker" })];
  const omitted = [picture(""), picture("")];
  expect(await merge(named, omitted)).toEqual(await merge(named));
  expect(await merge(omitted, named.slice(0, 1))).toMatchObject([{ attachments: [{ name: "1.jpg" }] }, {}]);
});

test("what formats call a sticker, a film or a share is one message, and a call is not", async () => {
  const kinds = ["sticker", "media", "share", "empty"] as const;
  for (const kind of kinds)
    expect(await merge([picture("", undefined, { kind })], [picture("")])).toHaveLength(1);
  expect(await merge([picture("", undefined, { kind: "call" })], [picture("")])).toHaveLength(2);
});

test("the reactions are the newer export's, and the picture's name that of the one that has it", async () => {
  const liked = picture("sunset", "1.jpg", { reactions: [{ emoji: "👍", actor: "Ben" }] });
  const loved = picture("sunset", undefined, { reactions: [{ emoji: "❤", actor: "Ben" }] });
  expect(await merge([liked], [loved])).toMatchObject([
    { attachments: [{ name: "1.jpg" }], reactions: [{ emoji: "❤" }] },
  ]);
});

function picture(text: string, name?: string, more: Partial<PlacedEntry> = {}): PlacedEntry {
  const attachments: Attachment[] = name === undefined ? [] : [{ kind: "photo", name }];
  const kind = text === "" ? "media" : "text";
  return {
    sender: "Ana",
    sentAt: moment,
    text,
    kind,
    attachments,
    reactions: [],
    source: "facebook/inbox",
    ...more,
  };
}

/** Each list is an export's; the later ones are newer. */
async function merge(...told: PlacedEntry[][]): Promise<PlacedEntry[]> {
  const sources = told.map((entries, asOf) => ({ batches: oneBatch(entries), asOf }));
  const merged: PlacedEntry[] = [];
  for await (const { entries } of mergeSources(sources)) merged.push(...entries);
  return merged;
}

async function* oneBatch(entries: PlacedEntry[]): AsyncGenerator<PlacedEntry[]> {
  yield entries;
}

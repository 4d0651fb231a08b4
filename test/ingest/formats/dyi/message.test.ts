import fc from "fast-check";
import { expect, test } from "vitest";
import { readDyiMessage } from "../../../../src/ingest/formats/dyi/message.ts";
import { isDyiMessage } from "../../../../src/ingest/formats/dyi/shape.ts";
import type { ParsedEntry } from "../../../../src/ingest/formats/format.ts";
import { TextCleaner } from "../../../../src/ingest/formats/text/text-cleaner.ts";
import { createTally } from "../../../../src/ingest/tally.ts";
import { dyiMessages } from "./messages.ts";
import { DyiMessageSchema } from "./schema.ts";

test("the check accepts and refuses what the schema does", () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(dyiMessages, (message) => {
      const isRight = DyiMessageSchema.safeParse(message).success;
      if (isRight) accepted++;
      else refused++;
      expect(isDyiMessage(message, () => {})).toBe(isRight);
    }),
    { seed: 1, numRuns: 6_000 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(1_000);
});

const fields = Object.keys(DyiMessageSchema.shape);
const values = [null, true, 7, "x", [], {}, [1], ["x"], [null], [[]], [{}], { is_bumped: 1 }, { link: [] }];

test.each(fields)("each type that %s may have is decided as the schema decides", (field) => {
  for (const value of values) {
    const message = { [field]: value };
    expect(
      isDyiMessage(message, () => {}),
      JSON.stringify(message),
    ).toBe(DyiMessageSchema.safeParse(message).success);
  }
});

test.each([null, undefined, [], "x", 5, true])("%j is no message", (value) => {
  expect(isDyiMessage(value, () => {})).toBe(false);
});

test.each([
  ["a key of the message", '{"new":1}', ["new"]],
  ["a key without a value", '{"new":null}', ["new"]],
  ["a key that every object has", '{"constructor":1,"__proto__":{"uri":5}}', ["constructor", "__proto__"]],
  ["a key of a photo", '{"photos":[{"uri":"a"},{"new":1,"uri":"b"}]}', ["photos.new"]],
  [
    "a key of a photo that every object has",
    '{"photos":[{"__proto__":1,"toString":1}]}',
    ["photos.__proto__", "photos.toString"],
  ],
  ["a key of a sticker", '{"sticker":{"new":1}}', ["sticker.new"]],
  ["a key of a link", '{"share":{"new":null}}', ["share.new"]],
  ["a key of a reaction", '{"reactions":[{"new":{}}]}', ["reactions.new"]],
  ["a key of a person", '{"users":[{"new":1}]}', ["users.new"]],
  ["a key of a bump", '{"bumped_message_metadata":{"new":1}}', ["bumped_message_metadata.new"]],
])("%s that is not known is told with its path", (_, json, expected) => {
  const told: string[] = [];
  expect(isDyiMessage(JSON.parse(json), (key) => told.push(key))).toBe(true);
  expect(told).toEqual(expected);
});

test("no key that exports are known to have is told", () => {
  const message = {
    ...Object.fromEntries(fields.map((field) => [field, null])),
    ip: "203.0.113.9",
    plan: {},
    is_geoblocked_for_viewer: false,
    is_unsent_image_by_messenger_kid_parent: false,
    videos: [{ uri: "a", creation_timestamp: 1, thumbnail: { uri: "b" } }],
  };
  expect(isDyiMessage(message, (key) => expect.unreachable(key))).toBe(true);
});

test("the place of the first unknown key is kept, and no more than a hundred keys are", () => {
  const tally = createTally();
  for (let index = 0; index < 150; index++)
    read({ timestamp_ms: 5e11, [`key${index}`]: 1, same: 1 }, tally, index);

  expect(tally.drift.size).toBe(100);
  expect(tally.drift.get("same")).toEqual({ count: 150, firstFile: "a.json", firstEntry: 0 });
});

test.each([
  ["milliseconds", '{"timestamp_ms":1700000000123}', 1_700_000_000_123],
  ["seconds of 2018", '{"timestamp":1517000000}', 1_517_000_000_000],
  ["seconds where milliseconds belong", '{"timestamp_ms":1517000000}', 1_517_000_000_000],
  ["fractions", '{"timestamp_ms":1700000000123.6}', 1_700_000_000_124],
  ["no milliseconds beside seconds", '{"timestamp_ms":null,"timestamp":1517000000}', 1_517_000_000_000],
  ["zero", '{"timestamp_ms":0}', undefined],
  ["a time before 1970", '{"timestamp_ms":-5}', undefined],
  ["a number over all numbers", '{"timestamp_ms":1e400}', undefined],
  ["a time that no date can hold", '{"timestamp_ms":8640000000000001}', undefined],
  ["no time", "{}", undefined],
])("a time in %s", (_, json, expected) => {
  const tally = createTally();
  expect(read(JSON.parse(json), tally)?.sentAt).toBe(expected);
  expect(tally.dropped).toEqual(expected === undefined ? { "without a time": 1 } : {});
});

test("every message is an entry or is counted as left out", () => {
  fc.assert(
    fc.property(fc.array(dyiMessages, { maxLength: 8 }), (messages) => {
      const tally = createTally();
      const entries = messages.filter((message) => read(message, tally) !== undefined).length;
      const dropped = Object.values(tally.dropped).reduce((a, b) => a + b, 0);
      expect([tally.read, entries + dropped]).toEqual([messages.length, messages.length]);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test("an address of the sender, other people's words and the folders of files are not kept", () => {
  const entry = read({
    sender_name: "Zoë Fox",
    timestamp_ms: 1_700_000_000_000,
    content: "look",
    ip: "203.0.113.9",
    photos: [{ uri: "messages/inbox/x_1/photos/1.jpg" }],
    share: { link: "https://example.org/", share_text: "somebody else's words" },
  });
  expect(entry).toEqual({
    sender: "Zoë Fox",
    sentAt: 1_700_000_000_000,
    text: "look",
    kind: "text",
    attachments: [
      { kind: "photo", name: "1.jpg" },
      { kind: "link", name: "https://example.org/" },
    ],
    reactions: [],
  });
});

test.each([
  ["unsent", { is_unsent: true, content: "This poll is no longer available." }],
  ["unsent", { is_taken_down: true }],
  ["bumped copy", { bumped_message_metadata: { is_bumped: true, bumped_message: "old words" } }],
  ["not in the shape of a message", { content: 5 }],
])("what is %s is left out and counted", (reason, fields) => {
  const tally = createTally();
  expect(read({ timestamp_ms: 1_700_000_000_000, ...fields }, tally)).toBeUndefined();
  expect(tally.dropped).toEqual({ [reason]: 1 });
});

test.each([
  ["call", { content: "Words in any language", call_duration: 0 }],
  ["call", { content: "Words in any language", missed: true }],
  ["service", { content: "Words in any language", type: "Subscribe", users: [] }],
  ["service", { content: "Words in any language", users: [{ name: "Ben" }] }],
  ["media", { content: "Zoë sent an attachment.", photos: [{ uri: "1.jpg" }] }],
  ["share", { content: "Zoë sent an attachment.", share: { link: "https://example.org/" } }],
  ["sticker", { content: "Zoë sent a sticker.", sticker: { uri: "1.png" } }],
  ["text", { content: "caption", photos: [{ uri: "1.jpg" }] }],
  ["share", { share: {} }],
  ["reaction", { reactions: [{ reaction: "😆", actor: "Ben" }] }],
  ["empty", { content: "", reactions: [] }],
])("a message is %s by what it has", (kind, fields) => {
  expect(read({ sender_name: "Zoë Fox", timestamp_ms: 1_700_000_000_000, ...fields })?.kind).toBe(kind);
});

function read(message: unknown, tally = createTally(), index = 0): ParsedEntry | undefined {
  const cleaner = new TextCleaner(false, tally);
  return readDyiMessage(message, index, { owner: "Ana Lima", tally, file: "a.json", cleaner });
}

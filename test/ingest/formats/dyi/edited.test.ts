import { expect, test } from "vitest";
import { EditedMessages } from "../../../../src/ingest/formats/dyi/edited.ts";
import type { ParsedEntry } from "../../../../src/ingest/formats/format.ts";
import { createTally } from "../../../../src/ingest/tally.ts";
import { exportFiles } from "../../export-writer.ts";
import { folderOf, importPaths } from "../../import-files.ts";

type Said = [sender: string, second: number, text: string];

test("of an edited message the last version stays, without its mark, and the others are counted", async () => {
  const { report, words } = await importChat([
    ["Lea 🌻", 0, "Last year"],
    ["Lea 🌻", 24, "Last year 😭 (edited)"],
    ["Timo Falk", 30, "ok"],
    ["Timo Falk", 40, "meet at 5"],
    ["Timo Falk", 52, "meet at 6 (edited)"],
    ["Lea 🌻", 60, "see you (edited)"],
  ]);
  expect(words).toEqual(["Lea 🌻: Last year 😭", "Timo Falk: ok", "Timo Falk: meet at 6", "Lea 🌻: see you"]);
  expect(report.dropped).toEqual({ "earlier version of an edited message": 2 });
  expect(report.uncertain).toBe(1);
});

test.each<[string, string, string]>([
  ["a letter", "i saw teh film", "i saw the film"],
  ["a word more", "see you", "see you tomorrow"],
  ["a word less", "no no tomorrow at the station", "tomorrow at the station"],
  ["most words the same", "we take the train at nine from here", "we take the bus at ten from there"],
  ["Arabic", "نلتقي الساعة خمسة", "نلتقي الساعة ستة"],
  ["Japanese", "五時に会おう", "六時に会おう"],
])("the earlier version is known by its words: %s", (_, before, after) => {
  expect(
    settle([
      ["Ana", 0, before],
      ["Ben", 3, "yes"],
      ["Ana", 9, `${after} (edited)`],
    ]).texts,
  ).toEqual(["yes", after]);
});

test("each version of a message that was edited twice goes but the last", () => {
  const said: Said[] = [
    ["Ana", 0, "at 5"],
    ["Ana", 10, "at 6 (edited)"],
    ["Ana", 20, "at 7 (edited)"],
  ];
  expect(settle(said)).toEqual({ texts: ["at 7"], versions: 2, uncertain: 0 });
});

test.each<[string, Said[], number]>([
  [
    "of somebody else",
    [
      ["Ben", 0, "at 5"],
      ["Ana", 9, "at 6 (edited)"],
    ],
    0,
  ],
  [
    "of an hour before",
    [
      ["Ana", 0, "at 5"],
      ["Ana", 3_600, "at 6 (edited)"],
    ],
    0,
  ],
  [
    "that came later",
    [
      ["Ana", 0, "at 6 (edited)"],
      ["Ana", 9, "at 5"],
    ],
    0,
  ],
  [
    "in other words",
    [
      ["Ana", 0, "shall we go?"],
      ["Ana", 9, "never mind (edited)"],
    ],
    1,
  ],
])("a message %s is no earlier version", (_, said, uncertain) => {
  const { texts, versions } = settle(said);
  expect({ count: texts.length, versions }).toEqual({ count: 2, versions: 0 });
  expect(settle(said).uncertain).toBe(uncertain);
});

test.each([
  ["German", "bis morgen (bearbeitet)", "bis morgen"],
  ["Spanish", "hasta mañana (editado)", "hasta mañana"],
  ["French", "à demain (modifié)", "à demain"],
  ["Turkish", "yarın görüşürüz (düzenlendi)", "yarın görüşürüz"],
  ["Vietnamese", "mai gặp (đã chỉnh sửa)", "mai gặp"],
  ["Chinese", "明天见（已编辑）", "明天见"],
  ["over lines", "one\ntwo (edited)", "one\ntwo"],
  ["what a person put in brackets", "see you (maybe)", "see you (maybe)"],
  ["the mark alone", "(edited)", "(edited)"],
  ["the word alone", "i edited", "i edited"],
])("the mark goes, and nothing else: %s", (_, text, left) => {
  expect(settle([["Ana", 0, text]]).texts).toEqual([left]);
});

test("versions are found where a file is read in pieces, newest first", () => {
  const tally = createTally();
  const edited = new EditedMessages(tally);
  const newer = edited.settle([entry("Ana", 9, "at 6 (edited)")]);
  const older = edited.settle([entry("Ana", 0, "at 5")]);
  expect([...older, ...newer].map(({ text }) => text)).toEqual(["at 6"]);
});

test("an edit is settled in a file of more messages than a call takes arguments", () => {
  const others = Array.from({ length: 300_000 }, (_, second) => entry("Ben", second - 400_000, "yes"));
  const edited = new EditedMessages(createTally());
  expect(edited.settle([...others, entry("Ana", 0, "at 6 (edited)")])).toHaveLength(300_001);
});

test("on Facebook, where nothing is marked so, words in brackets stay", async () => {
  const { words } = await importChat([["Lea 🌻", 0, "see you (edited)"]], "your_facebook_activity/messages");
  expect(words).toEqual(["Lea 🌻: see you (edited)"]);
});

function settle(said: Said[]): { texts: string[]; versions: number; uncertain: number } {
  const tally = createTally();
  const edited = new EditedMessages(tally);
  const kept = edited.settle(said.map(([sender, second, text]) => entry(sender, second, text)));
  edited.finish();
  const versions = Object.values(tally.dropped).reduce((sum, count) => sum + count, 0);
  return { texts: kept.map(({ text }) => text), versions, uncertain: tally.uncertain };
}

function entry(sender: string, second: number, text: string): ParsedEntry {
  return { sender, sentAt: timeOf(second), text, kind: "text", attachments: [], reactions: [] };
}

async function importChat(said: Said[], root = "your_instagram_activity/messages") {
  const messages = said.map(([sender_name, second, content]) => ({
    sender_name,
    timestamp_ms: timeOf(second),
    content,
  }));
  const thread = { folder: "inbox/timofalk_17842938475", participants: ["Timo Falk", "Lea 🌻"], messages };
  return importPaths([await folderOf(exportFiles([thread], { root }))], { persona: ["Lea 🌻"] });
}

function timeOf(second: number): number {
  return 1_720_829_590_000 + second * 1_000;
}

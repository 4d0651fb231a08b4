import { expect, test } from "vitest";
import { forgetPerson } from "../../src/ingest/index.ts";
import { exportFiles } from "./export-writer.ts";
import { folderOf, importPaths } from "./import-files.ts";

const owner = "Ana Lima";

test.each<[string, string, string[], string, Record<string, number>]>([
  [
    "Zoë Fox",
    "I would never leave the house in such weather",
    ["zoe was here", "Zoë, and a fox", "Zoë Fox went", "Zoey is somebody else"],
    "> I would never leave the house in such weather\nsays she",
    { Zoë: 2, Fox: 1 },
  ],
  [
    "Ольга Петрова",
    "я никогда не выйду из дома в такую погоду",
    ["ОЛЬГА пришла", "видел Ольга Петрова", "кто такая петрова"],
    "она: «я никогда не выйду из дома в такую погоду»",
    { Ольга: 1, Петрова: 1 },
  ],
  [
    "田中 さくら",
    "こんな天気の日には絶対に出かけません",
    ["さくらさんは来る?", "田中さくらへ", "桜が咲いた"],
    "「こんな天気の日には絶対に出かけません」と言った",
    { 田中: 0, さくら: 1 },
  ],
  [
    "ليلى حداد",
    "لن أخرج من البيت أبدا في مثل هذا الطقس",
    ["أين ليلى؟", "رأيت ليلى حداد", "لا أحد"],
    "لن أخرج من البيت أبدا في مثل هذا الطقس",
    { ليلى: 1, حداد: 0 },
  ],
  [
    "Anne-Marie Groß",
    "bei dem Wetter gehe ich nie im Leben vor die Tür",
    ["marie kommt", "das ist zu gross für GROSS", "Anne Marie Gross schläft"],
    "Sie meinte „Bei dem Wetter gehe ich nie im Leben vor die Tür“",
    { Anne: 0, Marie: 1, Groß: 1 },
  ],
])("what stays of %s is counted", async (person, own, others, quote, partsOfName) => {
  const said = [
    [person, own],
    [person, "ok"],
    ...others.map((text) => ["Caro", text] as const),
    ["Caro", quote],
    ["Caro", "ok"],
  ];
  const messages = said.map(([sender_name = "", content = ""], minute) => ({
    sender_name,
    content,
    timestamp_ms: 1.5e12 + minute * 60_000,
  }));
  const threads = [
    { folder: "inbox/group_1", title: "Group", participants: [person, "Caro", owner], messages },
  ];
  const { workspace } = await importPaths([await folderOf(exportFiles(threads, { owner }))]);
  const { stays } = await forgetPerson({ workspace, name: person });

  expect(stays).toEqual({ partsOfName, quotes: 1 });
});

test("a person known by one word has no part of a name that stays", async () => {
  const say = (sender_name: string, content: string) => ({ sender_name, content, timestamp_ms: 1.5e12 });
  const threads = [
    { folder: "inbox/ben_1", participants: ["Ben", owner], messages: [say("Ben", "hi"), say(owner, "Ben!")] },
    { folder: "inbox/caro_2", participants: ["Caro", owner], messages: [say("Caro", "where is Ben")] },
  ];
  const { workspace } = await importPaths([await folderOf(exportFiles(threads, { owner }))]);

  expect((await forgetPerson({ workspace, name: "Ben" })).stays).toEqual({ partsOfName: {}, quotes: 0 });
});

import path from "node:path";
import { expect, test } from "vitest";
import { openArchives } from "../../src/ingest/archives/archive.ts";
import { defaultArchiveLimits } from "../../src/ingest/archives/limits.ts";
import { findThreads } from "../../src/ingest/find-threads.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { type ExportFiles, exportFiles, writeFolder, writeZip } from "./export-writer.ts";
import { newFolder } from "./found-things.ts";

const message = (timestamp_ms: number) => ({ sender_name: "Zoë Fox", timestamp_ms, content: "x" });
const thread = (folder: string, times: number[], partSize = 10) => ({
  folder,
  participants: ["Zoë Fox", "Ána Lima"],
  messages: times.map(message),
  partSize,
});
const early = [1e12, 1e12 + 1];
const late = [1e12 + 1, 2e12];

test("tells of each part its thread, section, number, people and newest message", async () => {
  const { parts, asOf } = await find(
    exportFiles([thread("e2ee_cutover/zofox_10", [1e12, 1e12 + 1, 1e12 + 2], 2)]),
  );
  expect(parts).toMatchObject([
    {
      thread: "facebook-10",
      section: "e2ee_cutover",
      order: -1,
      people: ["Zoë Fox", "Ána Lima"],
      newestAt: 1e12 + 2,
    },
    { thread: "facebook-10", section: "e2ee_cutover", order: -2, newestAt: 1e12 },
  ]);
  expect(asOf).toEqual([1e12 + 2]);
});

test.each([
  ["messages"],
  ["your_activity_across_facebook/messages"],
  ["your_facebook_activity/messages"],
  ["my download/facebook-ana/your_facebook_activity/messages"],
  ["."],
])("finds threads below %s", async (root) => {
  expect((await find(exportFiles([thread("inbox/zofox_10", early)], { root }))).parts).toHaveLength(1);
});

test("people are found whatever their names hold", async () => {
  const participants = ["Zoë [work] Fox", 'Ben "]" Reis', "back\\slash"];
  const { parts } = await find(exportFiles([{ ...thread("inbox/zofox_10", early), participants }]));
  expect(parts[0]?.people).toEqual(participants);
});

test("zips that hold different parts are one export, those that hold the same part are two", async () => {
  const one = exportFiles([thread("inbox/zofox_10", early)]);
  const other = exportFiles([thread("inbox/ben_20", early)]);
  const newer = exportFiles([thread("inbox/zofox_10", late)]);
  expect((await findInZips(one, other)).asOf).toHaveLength(1);
  const { asOf, parts } = await findInZips(one, newer);
  expect(asOf).toEqual([1e12 + 1, 2e12]);
  expect(parts.map(({ exportIndex }) => exportIndex)).toEqual([0, 1]);
});

test("a profile names the owner of its own export", async () => {
  const { named } = await find(exportFiles([thread("inbox/zofox_10", early)], { owner: "Ána Lima" }));
  expect(named).toMatchObject([{ network: "facebook", name: "Ána Lima" }]);
});

test("a profile in a zip without messages names the owner where that name takes part", async () => {
  const messages = exportFiles([thread("inbox/zofox_10", early)]);
  const profile = (owner: string) => exportFiles([], { owner });
  expect((await findInZips(messages, profile("Ána Lima"))).named).toMatchObject([{ name: "Ána Lima" }]);
  expect((await findInZips(messages, profile("Somebody Else"))).named).toEqual([undefined]);
});

test("two encrypted chats with one name in one export are two threads", async () => {
  const chat = JSON.stringify({ participants: ["Ana", "Zoë"], threadName: "Zoë_1", messages: [] });
  const { parts } = await find(
    new Map([
      ["Zoë_1.json", chat],
      ["Zoë_2.json", chat.replace("_1", "_2")],
    ]),
  );
  expect(new Set(parts.map(({ thread }) => thread)).size).toBe(2);
});

test("other files of an export are no threads", async () => {
  const files = exportFiles([thread("inbox/zofox_10", early)]);
  const others = [
    "secret_conversations.json",
    "messaging_settings.json",
    "inbox/zofox_10/notes.json",
    "photos/x.json",
  ];
  for (const name of others) files.set(`your_facebook_activity/messages/${name}`, '{"messages":[]}');
  expect((await find(files)).parts).toHaveLength(1);
});

test("pages of messages and damaged zips beside the threads are told", async () => {
  const files = exportFiles([thread("inbox/zofox_10", early)]);
  files.set("your_facebook_activity/messages/inbox/ben_20/message_1.html", "<html>");
  files.set("more.zip", "PK");
  const { problems } = await find(files);
  expect(problems.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(/^is not a whole zip file: .*[^.]$/),
    "holds 1 HTML pages of messages, which are not read: ask for JSON",
  ]);
});

test.each<[string, ExportFiles, RegExp]>([
  ["pages only", new Map([["messages/inbox/ben_20/message_1.html", "<html>"]]), /as HTML pages, not as JSON/],
  ["a damaged zip only", new Map([["more.zip", "PK"]]), /more\.zip is not a whole zip file/],
  ["something else", new Map([["notes.json", "{}"]]), /no messages that are known/],
  ["nothing", new Map(), /no messages that are known/],
])("where there is %s, it is said what to do", async (_, files, problem) => {
  await expect(find(files)).rejects.toThrow(problem);
});

async function find(files: ExportFiles) {
  return findIn([await writeFolder(await newFolder(), files)]);
}

async function findInZips(...zips: ExportFiles[]) {
  const folder = await newFolder();
  const files = zips.map((files, index) => writeZip(path.join(folder, `${index}.zip`), files));
  return findIn(await Promise.all(files));
}

async function findIn(paths: string[]) {
  const store = {
    workspace: openWorkspace(await newFolder()),
    threads: [],
    owner: undefined,
    wholeFileBytes: 1e9,
  };
  return findThreads(await openArchives(paths, defaultArchiveLimits), { dateOrder: undefined, store });
}

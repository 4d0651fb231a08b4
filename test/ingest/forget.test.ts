import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { countMessagesOf, forgetPerson, importExports } from "../../src/ingest/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { exportFiles } from "./export-writer.ts";
import { folderOf, importPaths } from "./import-files.ts";
import { storedTexts } from "./stored-messages.ts";

const owner = "Ana Lima";
const ben = "Ben Ito";

test("a forgotten person's messages, reactions and name are nowhere in the store", async () => {
  const { workspace } = await importedStore();
  const report = await forgetPerson({ workspace, name: ben });

  expect(report.erased).toBe(3);
  expect(report.changedThreads.sort()).toEqual(["facebook-1", "facebook-2"]);
  expect(await everyByte(workspace)).not.toMatch(/Ben Ito|ben ito|his own words/i);
});

test("what others said stays, without the name", async () => {
  const { workspace } = await importedStore();
  await forgetPerson({ workspace, name: ben });

  expect((await storedTexts(workspace)).flat()).toEqual([
    "hello",
    "did [forgotten] call? [forgotten]'s phone is off",
    "Benito is somebody else",
    "nobody here knows him",
  ]);
});

test("a later import does not bring a forgotten person back, and counts what it leaves out", async () => {
  const { workspace, folder } = await importedStore();
  await forgetPerson({ workspace, name: ben });
  const before = await everyByte(workspace);
  const report = await importExports([folder], { workspace });

  expect(report).toMatchObject({ added: 0, dropped: { "of a forgotten person": 3 } });
  expect(await everyByte(workspace)).toBe(before);
});

test("a thread whose title alone names a forgotten person has changed too", async () => {
  const say = (sender_name: string, content: string) => ({ sender_name, content, timestamp_ms: 1.5e12 });
  const threads = [
    { folder: "inbox/ben_1", participants: [ben, owner], messages: [say(ben, "hello")] },
    {
      folder: "inbox/party_2",
      title: "Party for Ben Ito",
      participants: ["Caro", "Dan", owner],
      messages: [say("Caro", "he must not know")],
    },
    { folder: "inbox/caro_3", participants: ["Caro", owner], messages: [say("Caro", "hi")] },
  ];
  const { workspace } = await importPaths([await folderOf(exportFiles(threads, { owner }))]);
  const { changedThreads } = await forgetPerson({ workspace, name: ben });

  expect(changedThreads.sort()).toEqual(["facebook-1", "facebook-2"]);
});

test.each([
  ["Zoë Fox", "Zoe Fox"],
  ["José Muñoz", "JOSE MUNOZ"],
  ["Łukasz Żak", "Lukasz 🌲 Zak"],
  ["Алёна Ким", "Алена Ким"],
  ["田中 さくら", "田中さくら"],
  ["مُحَمَّد علي", "محمد علي"],
])("whoever is called %s goes as %s too, and it is told before", async (name, also) => {
  const say = (sender_name: string, content: string, minute: number) => ({
    sender_name,
    content,
    timestamp_ms: 1.5e12 + minute * 60_000,
  });
  const threads = [name, also, "Caro"].map((friend, index) => ({
    folder: `inbox/chat_${index}`,
    title: friend,
    participants: [friend, owner],
    messages: [say(friend, `words of ${index}`, index), say(owner, `see ${also}!`, index + 10)],
  }));
  const folder = await folderOf(exportFiles(threads, { owner }));
  const { workspace } = await importPaths([folder]);

  expect(await countMessagesOf(workspace, name)).toMatchObject({ spellings: [also], texts: 2, threads: 2 });
  await forgetPerson({ workspace, name });
  await importExports([folder], { workspace });
  expect((await storedTexts(workspace)).flat().sort()).toEqual([
    "see [forgotten]!",
    "see [forgotten]!",
    "see [forgotten]!",
    "words of 2",
  ]);
});

test.each(["Ana\u00a0Reis 🌸", "Łukasz Żak", "Jean-Luc Petit", "山田 太郎"])(
  "%s is found by letters, whatever stands between them",
  async (name) => {
    const plain = name
      .normalize("NFKD")
      .replace(/[^\p{L}]/gu, "")
      .replace(/Ł/g, "L")
      .toLowerCase();
    const say = { sender_name: name, content: "hi", timestamp_ms: 1.5e12 };
    const threads = [{ folder: "inbox/one_1", title: name, participants: [name, owner], messages: [say] }];
    const { workspace } = await importPaths([await folderOf(exportFiles(threads, { owner }))]);

    expect(await countMessagesOf(workspace, plain)).toMatchObject({ person: name, texts: 1 });
    expect(await forgetPerson({ workspace, name: plain })).toMatchObject({ erased: 1 });
  },
);

test("the owner is not forgotten, and a typo is told the closest names", async () => {
  const { workspace } = await importedStore();

  await expect(forgetPerson({ workspace, name: owner })).rejects.toThrow("That is you");
  await expect(forgetPerson({ workspace, name: "Ben Itto" })).rejects.toMatchObject({
    message: 'Nobody in the store is called "Ben Itto".',
    fix: expect.stringMatching(/^Did you mean "Ben Ito"/),
  });
});

test.each(["forget", "import"])(
  "whoever comes while another works on the store is told what the other does, %s first",
  // On a busy machine one may be done before the other looks.
  { retry: 4 },
  async (first) => {
    const { workspace, folder } = await importedStore();
    const forget = () => forgetPerson({ workspace, name: ben });
    const importAgain = () => importExports([folder], { workspace });

    const both = first === "forget" ? [forget(), importAgain()] : [importAgain(), forget()].reverse();
    const [forgetting, importing] = (await Promise.allSettled(both)) as [Outcome, Outcome];

    const forgetWon = forgetting.status === "fulfilled";
    expect(forgetWon ? importing : forgetting).toMatchObject({
      status: "rejected",
      reason: {
        message: `Another process (${process.pid}) is ${forgetWon ? "forgetting a person" : "importing into this store"}.`,
      },
    });
    expect([forgetting.status, importing.status]).toContain("fulfilled");
  },
);

type Outcome = PromiseSettledResult<unknown>;

async function importedStore(): Promise<{ workspace: Workspace; folder: string }> {
  const at = (minute: number) => ({ timestamp_ms: Date.UTC(2020, 0, 1, 0, minute) });
  const say = (sender_name: string, content: string, minute: number) => ({
    sender_name,
    content,
    ...at(minute),
  });
  const files = exportFiles(
    [
      {
        folder: "inbox/benito_1",
        participants: [ben, owner],
        messages: [
          say(owner, "hello", 1),
          say(ben, "his own words", 2),
          say(ben, "more of his own words", 3),
        ],
      },
      {
        folder: "inbox/friends_2",
        title: "Friends of Ben Ito",
        participants: [ben, "Caro", owner],
        messages: [
          {
            ...say("Caro", "did BEN ITO call? Ben Ito's phone is off", 1),
            reactions: [{ reaction: "👍", actor: ben }],
          },
          { sender_name: ben, ...at(2), photos: [{ uri: "a/Ben Ito.jpg" }] },
          say(owner, "Benito is somebody else", 3),
        ],
      },
      {
        folder: "inbox/caro_3",
        participants: ["Caro", owner, ben],
        messages: [say("Caro", "nobody here knows him", 1)],
      },
    ],
    { owner },
  );
  const folder = await folderOf(files);
  const { workspace } = await importPaths([folder]);
  return { workspace, folder };
}

async function everyByte({ messages }: Workspace): Promise<string> {
  const names = (await readdir(messages)).sort();
  const contents = await Promise.all(names.map((name) => readFile(path.join(messages, name), "utf8")));
  return names.map((name, index) => `${name}\n${contents[index]}`).join("\n");
}

import { expect, test } from "vitest";
import { exportFiles } from "./export-writer.ts";
import { folderOf, importFiles, importPaths } from "./import-files.ts";
import { bytesOf } from "./truth/store.ts";

/** Chats of WhatsApp of several years: the owner was renamed in between. */
const early = { ...chat("Timo Falk", "Lea", 13), ...chat("Mai Tran", "Lea", 14) };
const late = {
  ...chat("Rosa", "Lea Brandt", 15),
  ...chat("Otto", "Lea Brandt", 16),
  ...chat("Nina", "Lea Brandt", 16),
};

test("every name that was given is the owner's, on one network too", async () => {
  const { report } = await importFiles({ ...early, ...late }, { persona: ["Lea Brandt", "Lea"] });
  expect(report).toMatchObject({ owner: "Lea Brandt", texts: 20, textsOfOwner: 10, ownerThreads: 5 });
});

test("without a name given, a shorter name is still the owner's", async () => {
  const { report } = await importFiles({ ...early, ...late });
  expect(report).toMatchObject({ owner: "Lea Brandt", texts: 20, textsOfOwner: 10, ownerThreads: 5 });
});

test("one command and two give the same store", async () => {
  const persona = ["Lea Brandt", "Lea"];
  const once = await importFiles({ ...early, ...late }, { persona });
  const first = await importFiles(early, { persona: ["Lea"] });
  await importPaths([await folderOf(late)], { workspace: first.workspace, persona: ["Lea Brandt"] });
  expect(await bytesOf(first.workspace)).toEqual(await bytesOf(once.workspace));
});

test("a name that no thread has is refused with the closest ones, beside one that is known too", async () => {
  await expect(importFiles(late, { persona: ["Lea Brandt", "Lea Brant"] })).rejects.toMatchObject({
    message: 'Nobody in this export is called "Lea Brant".',
    fix: expect.stringMatching(/^Did you mean "Lea Brandt"/),
  });
});

test("a friend who bears one of the owner's names elsewhere stays a friend", async () => {
  const files = exportFiles(
    [
      thread("inbox/lea_1", "Lea Brandt", "Lea"),
      thread("inbox/timo_2", "Lea Brandt", "Timo Falk"),
      thread("inbox/mai_3", "Lea Brandt", "Mai Tran"),
    ],
    { owner: "Lea Brandt" },
  );
  const persona = ["Lea", "Lea Brandt"];
  const { report } = await importPaths([await folderOf(files), await folderOf(early)], { persona });
  expect(report).toMatchObject({ owner: "Lea Brandt", textsOfOwner: 3 + 4 });
});

test("a profile's name that no thread has gives way to the name in most threads", async () => {
  const root = "your_instagram_activity/messages";
  const files = exportFiles(
    [thread("inbox/mai_1785", "lea.b", "mai"), thread("inbox/timo_1784", "lea.b", "Timo Falk")],
    {
      root,
    },
  );
  files.set(
    "personal_information/personal_information/personal_information.json",
    JSON.stringify({ profile_user: [{ string_map_data: { Name: { value: "Lea Brandt 🌻" } } }] }),
  );
  const { report } = await importPaths([await folderOf(files)]);
  expect(report).toMatchObject({ owner: "lea.b", ownerThreads: 2, textsOfOwner: 2 });
});

function chat(friend: string, owner: string, day: number): Record<string, string> {
  const line = (offset: number, sender: string, words: string) =>
    `[${day + offset}.03.24, 10:0${offset}:00] ${sender}: ${words}`;
  return {
    [`WhatsApp Chat - ${friend}/_chat.txt`]: [
      line(0, owner, `hallo ${friend}`),
      line(1, friend, `na ${friend}`),
      line(2, owner, `wie gehts ${friend}`),
      line(3, friend, `gut ${friend}`),
    ].join("\r\n"),
  };
}

function thread(folder: string, owner: string, friend: string) {
  const message = (sender_name: string, minute: number) => ({
    sender_name,
    timestamp_ms: 1_690_829_590_324 + minute * 60_000,
    content: `hi from ${sender_name}`,
  });
  return { folder, participants: [friend, owner], messages: [message(owner, 1), message(friend, 2)] };
}

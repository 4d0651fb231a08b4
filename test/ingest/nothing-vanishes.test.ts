/** Nothing that a person named on the command line vanishes, whatever its name and however it was packed. */
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { exportFiles, facebookJson, writeZip } from "./export-writer.ts";
import { newFolder } from "./found-things.ts";
import { folderOf, importPaths, zipsOf } from "./import-files.ts";

const root = "your_facebook_activity/messages";
const lea = { persona: ["Lea Brandt"] };

// ----- what no reader claims -----

const known = "18/03/2022, 14:56 - Lea Brandt: hi\n27/03/2022, 21:41 - Timo Falk: ho";

test.each<[string, string, string]>([
  [
    "a chat with dates that are not known",
    "WhatsApp Chat with Mai Tran.txt",
    "Friday 14:56 - Lea Brandt: chao",
  ],
  ["a text of another kind", "notes.txt", "eggs\nmilk"],
  ["an empty chat", "WhatsApp Chat with Mai Tran.txt", ""],
  ["JSON of another kind", "followers.json", '{"followers":[]}'],
  ["the pages of an export", "message_1.html", "<html></html>"],
  ["a damaged zip", "facebook-2.zip", "PK cut off"],
  ["a picture", "photo.jpg", "\u0000\u0001\u0000JFIF"],
  ["an archive of another kind", "export.tar.gz", "\u001f\u008b\u0008\u0000\u0000"],
  ["a text without an ending", "list", "eggs\nmilk"],
  ["a part that was cut down to nothing", "message_1 (2).json", "{"],
  ["the markdown of WhatsApp Web alone", "chat.md", "# WhatsApp Chat Export: x"],
])("what was named and holds nothing is told: %s", async (_, name, content) => {
  const folder = await folderOf({ "WhatsApp Chat with Timo Falk.txt": known, [name]: content });
  const paths = ["WhatsApp Chat with Timo Falk.txt", name].map((file) => path.join(folder, file));
  const { report } = await importPaths(paths, lea);
  expect(report.problems).toHaveLength(1);
  expect(report.problems[0]?.file).toContain(name);
  expect(report.texts).toBe(2);
});

test.each(["WhatsApp Chat with Timo Falk", "Timo.log", "Timo.txt.bak", "timo.TXT", "Timo.text"])(
  "a chat that was named is read, whatever its name ends in: %s",
  async (name) => {
    for (const [content, encoding] of [
      [known, "utf8"],
      [`\ufeff${known}`, "utf16le"],
    ] as const) {
      const folder = await folderOf({ [name]: Buffer.from(content, encoding) });
      const { report } = await importPaths([path.join(folder, name)], lea);
      expect(report).toMatchObject({ texts: 2, textsOfOwner: 1, problems: [] });
    }
  },
);

test("a zip and a part of an export are known whatever their names end in", async () => {
  const files = part("timofalk_100", "message_1.json", [["Lea Brandt", "hi", 1]]);
  const [zip] = (await zipsOf({ "facebook.download": files })) as [string];
  expect((await importPaths([zip], lea)).report.texts).toBe(1);
  const folder = await folderOf({ "message_1.json.bak": Object.values(files)[0] ?? "" });
  expect((await importPaths([path.join(folder, "message_1.json.bak")], lea)).report.texts).toBe(1);
});

test("in a folder, what is called or looks like messages and is not read is told", async () => {
  const place = `${root}/inbox/timofalk_100`;
  const files = {
    ...part("timofalk_100", "message_1.json", [["Lea Brandt", "hi", 1]]),
    [`${place}/message_2 (1).json`]: "",
    [`${place}/message_3 - Copy.json`]: '{"label_values":[]}',
    [`${place}/message_4.json.bak`]: "{}",
    "chats/WhatsApp Chat with Mai Tran": known,
    "chats/Mai.txt": "Friday 14:56 - Lea Brandt: chao\nSaturday 12:44 - Mai: ho",
    [`${root}/../no-data.txt`]: "You have no data in this section",
    "readme.txt": "eggs\nmilk",
  };
  const { report } = await importPaths([await folderOf(files)], lea);
  expect(report.problems.map(({ file }) => path.basename(file)).toSorted()).toEqual(
    [
      "Mai.txt",
      "WhatsApp Chat with Mai Tran",
      "message_2 (1).json",
      "message_3 - Copy.json",
      "message_4.json.bak",
    ].toSorted(),
  );
  expect(report.texts).toBe(1);
});

test("what a Mac adds beside each file is none of it", async () => {
  const shadow = "\u0000\u0005\u0016\u0007\u0000\u0002\u0000\u0000Mac OS X";
  const files = {
    "WhatsApp Chat with Timo Falk.txt": known,
    "._WhatsApp Chat with Timo Falk.txt": shadow,
    "__MACOSX/._WhatsApp Chat with Timo Falk.txt": shadow,
    "__MACOSX/inbox/timo_100/._message_1.json": shadow,
  };
  const zips = await zipsOf({ "mac.zip": files });
  for (const paths of [zips, [await folderOf(files)]])
    expect((await importPaths(paths, lea)).report).toMatchObject({ texts: 2, problems: [] });
});

test("a folder and a zip without messages are told, a zip with media of the export alone is not", async () => {
  const files = exportFiles([thread("inbox/timo_100", "Timo Falk"), thread("inbox/mai_101", "Mai Tran")]);
  const [export_, media, other] = (await zipsOf({
    "facebook-1.zip": files,
    "facebook-2.zip": { [`${root}/inbox/timo_100/photos/1.jpg`]: "x" },
    "holiday.zip": { "beach.jpg": "x" },
  })) as [string, string, string];
  const empty = await newFolder();
  const { report } = await importPaths([export_, media, other, empty]);
  expect(report.problems.map(({ file }) => file).toSorted()).toEqual([empty, other].toSorted());
});

// ----- renamed parts -----

test("parts that were renamed are read: what differs is kept, what is a copy is not kept twice", async () => {
  const files = {
    ...part("timofalk_100", "message_1 (2).json", [
      ["Lea Brandt", "new one", 1],
      ["Timo Falk", "new two", 2],
    ]),
    ...part("timofalk_100", "message_2 - Copy.json", [["Lea Brandt", "copy one", 1]]),
    ...part("timofalk_100", "message_1.json", [
      ["Lea Brandt", "old one", 1],
      ["Timo Falk", "old two", 2],
    ]),
    ...part("mai_101", "message_1 2.json", [["Lea Brandt", "hola mai", 1]], "Mai Tran"),
  };
  const { report } = await importPaths([await folderOf(files)]);
  expect(report).toMatchObject({ texts: 6, threads: 2, owner: "Lea Brandt", problems: [] });
});

test.each([
  "message_1 (1).json",
  "message_1(1).json",
  "message_1 - Copy.json",
  "message_1 - Copy (2).json",
  "message_1 - Kopie.json",
  "message_1 – Kopie (3).json",
  "message_1 copy.json",
  "message_1 copy 2.json",
  "message_1 2.json",
  "message_1 (copy).json",
  "message_1 - Copia.json",
  "message_1 - копия.json",
  "message_1 - コピー.json",
  "message_1_1.json",
  "Copy of message_1.json",
  "Kopie von message_1.json",
  "MESSAGE_1.JSON",
  "old.json",
])("%s is a copy of what it lies beside, and is read where it lies alone", async (name) => {
  const messages: Said[] = [
    ["Lea Brandt", "ha", 1],
    ["Lea Brandt", "ha", 1],
    ["Timo Falk", "ho", 2],
  ];
  const other = part("mai_101", "message_1.json", [["Lea Brandt", "hola", 1]], "Mai Tran");
  const copy = part("timofalk_100", name, messages);
  const both = await importPaths([
    await folderOf({ ...other, ...part("timofalk_100", "message_1.json", messages), ...copy }),
  ]);
  expect(both.report).toMatchObject({ texts: 4, threads: 2 });
  const alone = await importPaths([await folderOf({ ...other, ...copy })]);
  expect(alone.report).toMatchObject({ texts: 4, threads: 2 });
});

test("other files beside the parts stay out", async () => {
  const files = {
    ...part("timofalk_100", "message_1.json", [["Lea Brandt", "hi", 1]]),
    [`${root}/inbox/timofalk_100/message_settings.json`]: '{"participants":[],"messages":[]}',
    [`${root}/messaging_settings.json`]: "{}",
    [`${root}/message_requests_settings.json`]: "{}",
  };
  expect((await importPaths([await folderOf(files)], lea)).report).toMatchObject({ texts: 1, threads: 1 });
});

// ----- folders that hold zips, and parts of exports -----

test("a folder that holds the zips of an export is read as those zips", async () => {
  const files = exportFiles([thread("inbox/timo_100", "Timo Falk"), thread("inbox/mai_101", "Mai Tran")], {
    owner: "Lea Brandt",
  });
  const zips = await zipsOf({
    "facebook-1.zip": new Map([...files].filter(([name]) => !name.includes("mai"))),
    "facebook-2.zip": new Map([...files].filter(([name]) => name.includes("mai"))),
  });
  const folder = path.dirname(zips[0] as string);
  const { report } = await importPaths([folder]);
  expect(report).toMatchObject({ threads: 2, texts: 4, ownerThreads: 2, problems: [] });
  // The folder and a zip in it are not read twice.
  const again = await importPaths([folder, ...zips]);
  expect(again.report).toMatchObject({ read: report.read, problems: [] });
});

test("zips of several networks in folders of a folder are read", async () => {
  const folder = await newFolder();
  await writeZip(
    path.join(folder, "a", "facebook.zip"),
    exportFiles([thread("inbox/timo_100", "Timo Falk")], { owner: "Lea Brandt" }),
  );
  await writeZip(
    path.join(folder, "b", "WhatsApp Chat - Mai Tran.zip"),
    new Map([["_chat.txt", known.replace("Timo Falk", "Mai Tran")]]),
  );
  expect((await importPaths([folder])).report).toMatchObject({ threads: 2, ownerThreads: 2 });
});

test("a damaged zip in a folder is told, and the rest is read", async () => {
  const folder = await folderOf({
    ...part("timofalk_100", "message_1.json", [["Lea Brandt", "hi", 1]]),
    "facebook-2.zip": "PK cut off",
  });
  const { report } = await importPaths([folder], lea);
  expect(report.problems).toMatchObject([{ file: "facebook-2.zip" }]);
  expect(report.texts).toBe(1);
});

const instagram = exportFiles(
  [
    instagramThread("inbox/maitran_17842938476", "mai.tran"),
    instagramThread("inbox/timofalk_17842938475", "Timo Falk"),
  ],
  {
    root: "your_instagram_activity/messages",
  },
);

test.each([
  "",
  "your_instagram_activity",
  "your_instagram_activity/messages",
  "your_instagram_activity/messages/inbox",
  "your_instagram_activity/messages/inbox/timofalk_17842938475",
  "your_instagram_activity/messages/inbox/timofalk_17842938475/message_1.json",
])("a part of an export is what it is: %s", async (inner) => {
  const folder = await folderOf(instagram);
  const whole = await importPaths([folder]);
  const { report, messages } = await importPaths([path.join(folder, inner)], { persona: ["Lea 🌻"] });
  expect(new Set(messages.map(({ source }) => source))).toEqual(new Set(["instagram/inbox"]));
  const known = new Set(whole.messages.map(({ thread }) => thread));
  for (const { thread } of messages) expect(known).toContain(thread);
  expect(report.problems).toEqual([]);
  // Outer and inner together: nothing is read twice.
  const both = await importPaths([folder, path.join(folder, inner)]);
  expect(both.report).toMatchObject({ read: whole.report.read, entries: whole.report.entries, problems: [] });
});

test.each<[string, string]>([
  ["a thread's folder", "timofalk_17842938475"],
  ["the inbox under another name", "Downloads/old inbox"],
])("moved out of the export, %s is still Instagram's, by its contents", async (_, moved) => {
  const folder = await folderOf(instagram);
  const inbox = path.join(folder, "your_instagram_activity/messages/inbox");
  const target = path.join(await newFolder(), moved);
  await mkdir(path.dirname(target), { recursive: true });
  await rename(moved.startsWith("timo") ? path.join(inbox, moved) : inbox, target);
  const { messages } = await importPaths([target], { persona: ["Lea 🌻"] });
  expect(messages.every(({ source }) => source === "instagram/inbox")).toBe(true);
  expect(messages.some(({ thread }) => thread === "instagram-17842938475")).toBe(true);
});

test("a part that was moved and renamed knows its thread and section by itself", async () => {
  const file = facebookJson({
    participants: [{ name: "Timo Falk" }, { name: "Lea Brandt" }],
    messages: [{ sender_name: "Lea Brandt", timestamp_ms: 1_690_829_590_324, content: "hi" }],
    title: "Timo Falk",
    thread_path: "archived_threads/timofalk_100200300",
  });
  for (const name of ["message_1.json", "message_1 (4).json", "Timo.json"]) {
    const folder = await folderOf({ [name]: file });
    const { messages } = await importPaths([path.join(folder, name)], lea);
    expect(messages).toMatchObject([{ thread: "facebook-100200300", source: "facebook/archived_threads" }]);
  }
});

test.each([
  "inbox/timofalk_100/message_1.json",
  "timofalk_100/message_1.json",
  "my chats/2019/inbox/timofalk_100/message_1.json",
  "messages/community_chats/timofalk_100/message_1.json",
  "message_1.json",
])("in a zip that somebody packed themself, %s is read", async (name) => {
  const [file = ""] = Object.values(part("timofalk_100", "message_1.json", [["Lea Brandt", "hi", 1]]));
  const { report } = await importPaths(await zipsOf({ "mine.zip": { [name]: file } }), lea);
  expect(report).toMatchObject({ threads: 1, texts: 1 });
});

test("two exports of one person in one folder are held against each other, not added up", async () => {
  const old = { ...thread("inbox/timo_100", "Timo Falk"), messages: said("Timo Falk").slice(0, 1) };
  const other = thread("inbox/mai_101", "Mai Tran");
  const folder = await folderOf(
    new Map([
      ...prefixed("facebook 2020", exportFiles([old, other])),
      ...prefixed("facebook 2023", exportFiles([thread("inbox/timo_100", "Timo Falk"), other])),
    ]),
  );
  expect((await importPaths([folder])).report).toMatchObject({ threads: 2, texts: 4, duplicates: 3 });
});

test("chats that somebody put into one folder under names of their own are read, each as a thread", async () => {
  const file = (friend: string, text: string) =>
    Object.values(part("x_1", "message_1.json", [["Lea Brandt", text, 1]], friend))[0] as string;
  const named = { "Timo.json": file("Timo Falk", "hi timo"), "Mai.json": file("Mai Tran", "hi mai") };
  const numbered = { "message_1.json": named["Timo.json"], "message_1 (1).json": named["Mai.json"] };
  const withoutPath = Object.fromEntries(
    Object.entries(named).map(([name, json]) => [name, json.replaceAll("thread_path", "thread_type")]),
  );
  for (const files of [named, numbered, withoutPath]) {
    const below = Object.fromEntries(
      Object.entries(files).map(([name, json]) => [`my/old chats/${name}`, json]),
    );
    for (const folder of [await folderOf(files), await folderOf(below)]) {
      const { report } = await importPaths([folder]);
      expect(report).toMatchObject({ threads: 2, texts: 2, owner: "Lea Brandt", problems: [] });
    }
  }
});

type Said = [sender: string, text: string, minute: number];

function part(folder: string, name: string, messages: Said[], friend = "Timo Falk"): Record<string, string> {
  const json = {
    participants: [{ name: friend }, { name: "Lea Brandt" }],
    messages: messages
      .map(([sender_name, content, minute]) => ({
        sender_name,
        timestamp_ms: 1_690_829_590_324 + minute * 60_000,
        content,
      }))
      .toReversed(),
    title: friend,
    thread_path: "inbox/x_1",
  };
  return { [`${root}/inbox/${folder}/${name}`]: facebookJson(json) };
}

function thread(folder: string, friend: string) {
  return { folder, participants: [friend, "Lea Brandt"], messages: said(friend) };
}

function said(friend: string) {
  return [
    { sender_name: "Lea Brandt", timestamp_ms: 1_690_829_590_324, content: `hi ${friend}` },
    { sender_name: friend, timestamp_ms: 1_690_829_690_324, content: "ho" },
  ];
}

function instagramThread(folder: string, friend: string) {
  const message = (sender_name: string, minute: number, content: string) => ({
    sender_name,
    timestamp_ms: 1_720_829_590_324 + minute * 60_000,
    content,
    is_geoblocked_for_viewer: false,
  });
  return {
    folder,
    participants: [friend, "Lea 🌻"],
    messages: [
      message("Lea 🌻", 1, "hey you"),
      message(friend, 2, "hey"),
      message(friend, 3, "Liked a message"),
    ],
  };
}

function prefixed(folder: string, files: Map<string, string | Buffer>): [string, string | Buffer][] {
  return [...files].map(([name, content]) => [`${folder}/${name}`, content]);
}

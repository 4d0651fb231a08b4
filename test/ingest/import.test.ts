import { mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { Message } from "../../src/handoffs/index.ts";
import { importExports } from "../../src/ingest/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";
import { type ExportFiles, type ExportThread, exportFiles, writeFolder, writeZip } from "./export-writer.ts";
import { storedThreads } from "./stored-messages.ts";

const owner = "Ána Lima";
const start = Date.UTC(2019, 0, 1);

test("brings in every section, in order, with its accents", async () => {
  const workspace = await newWorkspace();
  const report = await importExports([await folder(exportFiles(threads(), { owner }))], { workspace });

  expect(report).toMatchObject({ owner, threads: 4, ownerThreads: 4, problems: [], dropped: { unsent: 1 } });
  expect(Object.keys(report.sections).sort()).toEqual(["archived_threads", "e2ee_cutover", "inbox"]);
  expect(await textsOf(workspace, "facebook-1000")).toEqual(
    Array.from({ length: 25 }, (_, index) => `olá ${index} 👩‍👩‍👧 “quoted”`),
  );
});

test("chats of WhatsApp give the same store together and one after the other", async () => {
  const chatWith = (friend: string, month: string) =>
    folder(
      new Map([
        [
          `WhatsApp Chat with ${friend}.txt`,
          [`13/${month}/2021, 09:00 - ${friend}: hi`, `14/${month}/2021, 09:00 - ${owner}: hello`, ""].join(
            "\n",
          ),
        ],
      ]),
    );
  const chats = [await chatWith("Ben Reis", "01"), await chatWith("Li Wei", "03")];
  const [together, after] = [await newWorkspace(), await newWorkspace()];
  await importExports(chats, { workspace: together, persona: owner });
  for (const chat of chats) await importExports([chat], { workspace: after, persona: owner });
  const indexOf = ({ messages }: Workspace) => readFile(path.join(messages, "index.json"), "utf8");

  expect(await indexOf(after)).toBe(await indexOf(together));
});

test("counts every entry: read = kept + duplicates + dropped", async () => {
  const workspace = await newWorkspace();
  const export_ = await folder(exportFiles(threads(), { owner }));
  const first = await importExports([export_], { workspace });
  const again = await importExports([export_], { workspace });

  expect(first.read).toBe(first.added + first.duplicates + 1);
  expect(again).toMatchObject({ added: 0, duplicates: first.added });
});

test("tells what is not words from words", async () => {
  const workspace = await newWorkspace();
  await importExports([await folder(exportFiles(threads(), { owner }))], { workspace });
  const messages = await messagesOf(workspace, "facebook-2000");

  expect(messages.map(({ kind, text }) => [kind, text])).toEqual([
    ["text", "I called him."],
    ["service", ""],
    ["text", "You left the group"],
    ["call", ""],
    ["media", ""],
    ["sticker", ""],
    ["text", "look"],
    ["reaction", ""],
    ["empty", ""],
    ["text", "last"],
  ]);
  expect(messages[6]?.attachments).toEqual([{ kind: "link", name: "https://example.org/" }]);
  expect(messages[4]?.reactions).toEqual([{ emoji: "😆", actor: "Zoë Fox" }]);
  expect(JSON.stringify(messages)).not.toMatch(/somebody else|203\.0\.113/);
});

test("keeps people without an account apart, thread by thread", async () => {
  const workspace = await newWorkspace();
  await importExports([await folder(exportFiles(threads(), { owner }))], { workspace });

  expect((await messagesOf(workspace, "facebook-4000"))[0]?.sender).toBe("Facebook user in facebook-4000");
});

test("a folder, a zip and four zips give the same store", async () => {
  const files = exportFiles(threads(), { owner });
  const stores = await Promise.all(
    [[await folder(files)], [await zip(files)], await fourZips(files)].map(async (paths) => {
      const workspace = await newWorkspace();
      await importExports(paths, { workspace });
      return bytesOf(workspace);
    }),
  );

  expect(stores[1]).toEqual(stores[0]);
  expect(stores[2]).toEqual(stores[0]);
});

test("importing again changes no byte", async () => {
  const workspace = await newWorkspace();
  const file = await zip(exportFiles(threads(), { owner }));
  await importExports([file], { workspace });
  const before = await bytesOf(workspace);
  await importExports([file], { workspace });

  expect(await bytesOf(workspace)).toEqual(before);
});

test("old then new gives what new then old gives", async () => {
  const older = threads().map((thread) => ({ ...thread, messages: thread.messages.slice(0, 6) }));
  const old = await folder(exportFiles(older, { owner, root: "messages" }));
  const fresh = await folder(exportFiles(threads(), { owner }));
  const [a, b] = [await newWorkspace(), await newWorkspace()];
  for (const path of [old, fresh]) await importExports([path], { workspace: a });
  for (const path of [fresh, old]) await importExports([path], { workspace: b });

  expect(await bytesOf(a)).toEqual(await bytesOf(b));
});

test("two equal messages in one export stay two, and in two exports do not become four", async () => {
  const workspace = await newWorkspace();
  const twice = [text("Ben Reis", "ha", 1), text("Ben Reis", "ha", 1), text(owner, "ok", 2)];
  const files = exportFiles([{ folder: "inbox/ben_1", participants: ["Ben Reis", owner], messages: twice }], {
    owner,
  });
  await importExports([await folder(files), await zip(files)], { workspace });

  expect(await textsOf(workspace, "facebook-1")).toEqual(["ha", "ha", "ok"]);
});

test("a damaged part is named, and the rest is imported", async () => {
  const workspace = await newWorkspace();
  const directory = await folder(exportFiles(threads(), { owner }));
  const damaged = "your_facebook_activity/messages/inbox/ben_1000/message_2.json";
  await truncate(path.join(directory, damaged), 300);
  const report = await importExports([directory], { workspace });

  expect(report.problems).toEqual([{ file: damaged, problem: "is damaged or cut off (not whole JSON)" }]);
  expect(await textsOf(workspace, "facebook-1000")).toHaveLength(15);
});

test("the owner is the name in most threads when no file says it", async () => {
  const workspace = await newWorkspace();
  const report = await importExports([await folder(exportFiles(threads()))], { workspace });

  expect(report.owner).toBe(owner);
});

test("with one thread the owner is asked for, and --persona settles it", async () => {
  const one = await folder(exportFiles(threads().slice(0, 1)));

  await expect(importExports([one], { workspace: await newWorkspace() })).rejects.toMatchObject({
    message: expect.stringMatching(/^Whose export is this\? /),
    fix: expect.stringContaining("--persona"),
  });
  expect((await importExports([one], { workspace: await newWorkspace(), persona: owner })).owner).toBe(owner);
  await expect(
    importExports([one], { workspace: await newWorkspace(), persona: "Ana" }),
  ).rejects.toMatchObject({
    message: 'Nobody in this export is called "Ana".',
    fix: expect.stringMatching(/^Did you mean "Ána Lima"/),
  });
});

test("HTML, an empty folder and a damaged zip are refused, each with its way out", async () => {
  const html = await folder(new Map([["messages/inbox/ben_1/message_1.html", "<html></html>"]]));
  const broken = path.join(await newFolder(), "export.zip");
  await writeFile(broken, "PK nothing");

  await expect(importExports([html], { workspace: await newWorkspace() })).rejects.toMatchObject({
    fix: expect.stringContaining("format JSON"),
  });
  await expect(importExports([await newFolder()], { workspace: await newWorkspace() })).rejects.toThrow(
    "holds no messages that are known",
  );
  await expect(importExports([broken], { workspace: await newWorkspace() })).rejects.toThrow(
    "is not a whole zip file",
  );
});

function text(sender_name: string, content: string, minute: number) {
  return { sender_name, timestamp_ms: start + minute * 60_000, content };
}

function threads(): ExportThread[] {
  const ben = Array.from({ length: 25 }, (_, index) =>
    text(index % 2 === 0 ? "Ben Reis" : owner, `olá ${index} 👩‍👩‍👧 “quoted”`, index),
  );
  const at = (minute: number) => ({ timestamp_ms: start + minute * 60_000 });
  const kinds = [
    text("Zoë Fox", "I called him.", 1),
    text("Zoë Fox", "Zoë sent a photo.", 2),
    text("Zoë Fox", "You left the group", 3),
    { ...text(owner, "You called Zoë.", 4), call_duration: 12 },
    {
      sender_name: owner,
      ...at(5),
      photos: [{ uri: "a/photos/1.jpg" }],
      reactions: [{ reaction: "😆", actor: "Zoë Fox" }],
    },
    { sender_name: owner, ...at(6), sticker: { uri: "s/1.png", ai_stickers: [] }, ip: "203.0.113.9" },
    {
      ...text(owner, "look", 7),
      share: { link: "https://example.org/", share_text: "somebody else's words" },
    },
    text("Zoë Fox", "Liked a message", 8),
    { sender_name: owner, ...at(9), content: null },
    { sender_name: "Zoë Fox", ...at(10), is_unsent: true },
    { ...text(owner, "last", 11), type: "Generic", is_geoblocked_for_viewer: false },
  ];
  return [
    { folder: "inbox/ben_1000", participants: ["Ben Reis", owner], messages: ben, partSize: 10 },
    { folder: "e2ee_cutover/zo_2000", participants: ["Zoë Fox", owner], messages: kinds },
    {
      folder: "archived_threads/_3000",
      participants: [owner, "Caro"],
      messages: [text("Caro", "hi", 1), text(owner, "yo", 2)],
    },
    {
      folder: "inbox/facebookuser_4000",
      participants: ["", owner],
      messages: [text("", "bye", 1), text(owner, "oh", 2)],
    },
  ];
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona ingest "));
}

async function newWorkspace(): Promise<Workspace> {
  return openWorkspace(await newFolder());
}

async function folder(files: ExportFiles): Promise<string> {
  return writeFolder(await newFolder(), files);
}

async function zip(files: ExportFiles): Promise<string> {
  return writeZip(path.join(await newFolder(), "export.zip"), files);
}

async function fourZips(files: ExportFiles): Promise<string[]> {
  const directory = await newFolder();
  const shares = [0, 1, 2, 3].map((share) => new Map([...files].filter((_, index) => index % 4 === share)));
  return Promise.all(shares.map((share, index) => writeZip(path.join(directory, `${index}.zip`), share)));
}

async function messagesOf(workspace: Workspace, id: string): Promise<Message[]> {
  const threads = await storedThreads(workspace);
  return threads.filter((thread) => thread.id === id).flatMap(({ messages }) => messages);
}

async function textsOf(workspace: Workspace, id: string): Promise<string[]> {
  return (await messagesOf(workspace, id)).map(({ text }) => text);
}

async function bytesOf(workspace: Workspace): Promise<Record<string, string>> {
  const names = (await readdir(workspace.messages)).sort();
  const contents = names.map(async (name) => [
    name,
    await readFile(path.join(workspace.messages, name), "utf8"),
  ]);
  return Object.fromEntries(await Promise.all(contents));
}

/** What was killed after it had written the index is finished by whoever comes next. */
import { existsSync } from "node:fs";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { countMessagesOf, forgetPerson, openMessages } from "../../../src/ingest/index.ts";
import { withStoreLock } from "../../../src/ingest/store/index.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { exportFiles } from "../export-writer.ts";
import { newFolder } from "../found-things.ts";
import { folderOf, importPaths } from "../import-files.ts";

const owner = "Ana Lima";
const ben = "Ben Ito";
const before = "Ben Reis";

test.each<[string, (workspace: Workspace) => Promise<unknown>]>([
  ["whoever opens the store", openMessages],
  ["the next forgetting", (workspace) => countMessagesOf(workspace, "Caro")],
  [
    "the same forgetting again",
    (workspace) => expect(countMessagesOf(workspace, ben)).rejects.toThrow(`"${ben}" is forgotten already.`),
  ],
  [
    "the same by an earlier name",
    (workspace) =>
      expect(countMessagesOf(workspace, before)).rejects.toThrow(`"${before}" is forgotten already.`),
  ],
])("files and earlier names that a killed forgetting left go with %s", async (_, next) => {
  const workspace = await killedAfterIndex();
  await next(workspace);

  expect(await everyByte(workspace)).not.toMatch(/Ben Ito|Ben Reis|his own words/);
  expect(JSON.parse(await readFile(workspace.namesFile, "utf8"))).toEqual([{ from: "Caro Luz", to: "Caro" }]);
});

test("what somebody is at work on stays", async () => {
  const workspace = await killedAfterIndex();
  await withStoreLock(workspace, "importing into this store", () => openMessages(workspace));

  expect(await everyByte(workspace)).toMatch(/his own words/);
});

test("what was made of a person's words is dealt with while they are still there: a kill then loses nothing", async () => {
  const { workspace } = await storeWithBen();
  const killed = forgetPerson({
    workspace,
    name: ben,
    beforeErasing(threads) {
      expect(threads).toEqual(["facebook-1"]);
      throw new Error("killed");
    },
  });

  await expect(killed).rejects.toThrow("killed");
  expect(await countMessagesOf(workspace, before)).toMatchObject({ person: ben, texts: 1 });
  expect(await forgetPerson({ workspace, name: before })).toMatchObject({ erased: 1 });
  expect(existsSync(workspace.namesFile)).toBe(true);
});

async function storeWithBen() {
  const say = (sender_name: string, content: string) => ({ sender_name, content, timestamp_ms: 1.5e12 });
  const threads = [
    { folder: "inbox/ben_1", participants: [ben, owner], messages: [say(ben, "his own words")] },
    { folder: "inbox/caro_2", participants: ["Caro", owner], messages: [say("Caro", "hello")] },
  ];
  const imported = await importPaths([await folderOf(exportFiles(threads, { owner }))]);
  const names = [
    { from: before, to: ben },
    { from: "Caro Luz", to: "Caro" },
  ];
  await writeFile(imported.workspace.namesFile, JSON.stringify(names));
  return imported;
}

/** The files and names of before lie there still, beside the index of after. */
async function killedAfterIndex(): Promise<Workspace> {
  const { workspace } = await storeWithBen();
  const killed = openWorkspace(path.join(await newFolder(), "data"));
  await cp(workspace.root, killed.root, { recursive: true });
  await forgetPerson({ workspace, name: ben });
  for (const name of await readdir(workspace.messages))
    await cp(path.join(workspace.messages, name), path.join(killed.messages, name));
  expect(await everyByte(killed)).toMatch(/Ben Reis.*his own words/s);
  return killed;
}

async function everyByte({ messages, namesFile }: Workspace): Promise<string> {
  const files = (await readdir(messages)).sort().map((name) => path.join(messages, name));
  return (await Promise.all([namesFile, ...files].map((file) => readFile(file, "utf8")))).join("\n");
}

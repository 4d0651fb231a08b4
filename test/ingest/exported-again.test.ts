/** One chat, exported more than once: by another phone, under another name, in another time zone. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { importExports } from "../../src/ingest/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";
import { type ExportFiles, exportFiles, writeFolder } from "./export-writer.ts";
import { type HostileEntry, zipBytes } from "./hostile/zip-writer.ts";
import { storedTexts } from "./stored-messages.ts";

const owner = "Lea Brandt";

test("a chat exported on Android, and on an iPhone after it, is there once", async () => {
  const android = chat("WhatsApp Chat mit Timo Falk.txt", [
    "13.03.24, 10:00 - Lea Brandt: hallo timo",
    "13.03.24, 10:00 - Timo Falk: na du",
    "14.03.24, 10:02 - Lea Brandt: wie war der urlaub",
    "14.03.24, 10:03 - Timo Falk: schön, und bei dir",
  ]);
  const iPhone = chat("WhatsApp Chat - Timo Falk/_chat.txt", [
    "[13.03.24, 10:00:05] Lea Brandt: hallo timo",
    "[13.03.24, 10:00:41] Timo Falk: na du",
    "[14.03.24, 10:02:17] Lea Brandt: wie war der urlaub",
    "[14.03.24, 10:03:59] Timo Falk: schön, und bei dir",
    "[15.03.24, 11:00:00] Lea Brandt: neues handy",
  ]);
  const { report, workspace } = await importTogether([android, iPhone]);

  expect(report).toMatchObject({ threads: 1, entries: 5, added: 5, duplicates: 4 });
  expect(await storedTexts(workspace)).toEqual([
    ["hallo timo", "na du", "wie war der urlaub", "schön, und bei dir", "neues handy"],
  ]);
});

test("an entry that a zip holds twice, and a document that a file holds twice, are copies", async () => {
  const messages = [1, 1, 2, 3].map((second) => ({
    sender_name: second === 3 ? owner : "Timo Falk",
    timestamp_ms: 1_700_000_000_000 + second * 1000,
    content: `word ${second}`,
  }));
  const thread = { folder: "inbox/timo_1", participants: ["Timo Falk", owner], messages, partSize: 2 };
  const entries = [...exportFiles([thread])].map(([name, data]) => ({ name, data }));
  const glued = entries.map(({ name, data }) => ({ name, data: `${data}\n${data}` }));
  const copies: [HostileEntry[], number][] = [
    [[...entries, ...entries], 4],
    [[...entries, entries[0] as HostileEntry], 2],
    [glued, 4],
  ];
  for (const [content, duplicates] of copies) {
    const file = path.join(await newFolder(), "facebook.zip");
    await writeFile(file, zipBytes(content));
    const workspace = openWorkspace(await newFolder());
    const report = await importExports([file], { workspace, persona: owner });

    expect(report).toMatchObject({ threads: 1, added: 4, duplicates });
    expect(await storedTexts(workspace)).toEqual([["word 1", "word 1", "word 2", "word 3"]]);
  }
});

function chat(name: string, lines: string[]): ExportFiles {
  return new Map([[name, lines.join("\n")]]);
}

async function importTogether(exports: ExportFiles[], workspace?: Workspace) {
  const into = workspace ?? openWorkspace(await newFolder());
  const paths = await Promise.all(exports.map(async (files) => writeFolder(await newFolder(), files)));
  return { report: await importExports(paths, { workspace: into, persona: owner }), workspace: into };
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona again "));
}

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { forgetPerson, importExports, openMessages } from "../../../src/ingest/index.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { exportFiles, writeFolder } from "../export-writer.ts";
import { newFolder } from "../found-things.ts";

const owner = "Ána Lima";
const secret = "nobody may read this";
const messages = Array.from({ length: 400 }, (_, index) => ({
  sender_name: index % 2 === 0 ? owner : "Zoë Fox",
  timestamp_ms: 1_700_000_000_000 + index * 60_000,
  content: `${secret} ${index}`,
}));

type Lines = string[];

/** What may come over a thread's file, in the lines around the hundredth. */
const damages: [string, (lines: Lines) => Lines | undefined, RegExp][] = [
  [
    "a line that is cut off",
    change((line) => line.slice(0, 90).padEnd(line.length)),
    /cannot be read at line 101:/,
  ],
  ["a line of another kind", change((line) => `"${secret}"`.padEnd(bytesOf(line))), /at line 101:/],
  ["a number for a line", change((line) => "5".padEnd(bytesOf(line))), /at line 101:/],
  ["nothing in a line", change((line) => " ".repeat(bytesOf(line))), /at line 101:/],
  ["zeros in a line", change((line) => "\0".repeat(bytesOf(line))), /at line 101:/],
  ["a line without a sender", change((line) => line.replace('"sender"', '"sendor"')), /at line 101:/],
  [
    "a time that is a word",
    change((line) => line.replace(/"sentAt":\d{13}/, '"sentAt":"12345678901"')),
    /at line 101:/,
  ],
  ["lines in another order", (lines) => [...lines.slice(200), ...lines.slice(0, 200)], /order of time/],
  ["fewer lines", (lines) => lines.slice(0, 300), /size that it was written with/],
  ["a line twice", (lines) => [...lines, lines.at(-1) as string], /size that it was written with/],
  ["nothing left", () => [], /size that it was written with/],
  ["no file", () => undefined, /is missing/],
];

test.each(damages)("a store with %s is told as damaged, without its words", async (_, damage, problem) => {
  const { workspace, file, folder } = await newStore();
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const left = damage(lines);
  if (left === undefined) await rm(file);
  else await writeFile(file, left.map((line) => `${line}\n`).join(""));

  const uses = [
    () => readAll(workspace),
    () => importExports([folder], { workspace }),
    () => forgetPerson({ workspace, name: "Zoë Fox" }),
  ];
  for (const use of uses) {
    const error = await use().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(String((error as UserError).message)).toMatch(problem);
    expect(`${(error as UserError).message} ${(error as UserError).stack}`).not.toContain("nobody");
    expect((error as UserError).fix).toContain("import your exports again");
  }
});

test.each(["messages/index.json", "a thread's file"])("a folder in the place of %s is told", async (what) => {
  const { workspace, file } = await newStore();
  const place = what.endsWith(".json") ? path.join(workspace.messages, "index.json") : file;
  await rm(place);
  await mkdir(place);

  await expect(readAll(workspace)).rejects.toBeInstanceOf(UserError);
});

function bytesOf(line: string): number {
  return Buffer.byteLength(line);
}

function change(one: (line: string) => string): (lines: Lines) => Lines {
  return (lines) => lines.with(100, one(lines[100] as string));
}

async function newStore(): Promise<{ workspace: Workspace; file: string; folder: string }> {
  const workspace = openWorkspace(await newFolder());
  const threads = [{ folder: "inbox/zoe_1", participants: ["Zoë Fox", owner], messages }];
  const folder = await writeFolder(await newFolder(), exportFiles(threads, { owner }));
  await importExports([folder], { workspace });
  const [name] = (await readdir(workspace.messages)).filter((name) => name.endsWith(".jsonl"));
  return { workspace, file: path.join(workspace.messages, name as string), folder };
}

async function readAll(workspace: Workspace): Promise<void> {
  const store = await openMessages(workspace);
  for (const thread of store.threads) for await (const _ of store.read(thread));
}

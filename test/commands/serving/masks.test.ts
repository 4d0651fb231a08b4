import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { masksFor } from "../../../src/commands/serving/masks.ts";
import { loadConfig } from "../../../src/config.ts";
import { readRun, runDirectory, type ShardManifest } from "../../../src/handoffs/index.ts";
import { projectRoot } from "../../../src/project.ts";
import { Memory, personaOfRun } from "../../../src/serve/index.ts";
import { openTerminal } from "../../../src/terminal.ts";
import { builtInTokenizerDirectory } from "../../../src/tokenizer/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";

/** Its data set masked a phone number and an e-mail address; numbers without a country code are American. */
const runId = "916e71c1b1";
let workspace: Workspace;
const warnings: string[] = [];

beforeEach(async () => {
  workspace = await newWorkspace();
  warnings.length = 0;
  const oldData = path.join(projectRoot, "test/fixtures/old-data/data");
  await cp(path.join(oldData, "runs", runId), runDirectory(workspace, runId), { recursive: true });
  await cp(path.join(oldData, "messages"), workspace.messages, { recursive: true });
});

test.each([
  ["call 212 555 0123 or +351 912 345 678", "call [phone] or [phone 2]"],
  ["look https://example.org/a and example.com/b", "look [link] and [link 2]"],
  ["write to ben@example.org", "write to [email]"],
  ["the PIN is 4711", "the PIN is [code]"],
  ["plain words stay, at 5 on 12.3.", "plain words stay, at 5 on 12.3."],
])("%s is heard as training shows such words", async (typed, heard) => {
  expect(await hear(typed)).toEqual([heard]);
});

test("the same number has the same placeholder as long as it is remembered", async () => {
  expect(await hear("+351 912 345 678", "+351 912 345 679", "again: +351 912 345 678")).toEqual([
    "[phone]",
    "[phone 2]",
    "again: [phone]",
  ]);
});

test.each([
  "https://tenor.com/view/cat-dance-gif-12345678",
  "https://klipy.com/gifs/cat-dance",
  "https://media.giphy.com/media/abc123/giphy.gif",
  "https://media.discordapp.net/stickers/749054660769218631.png?size=160",
])("what the button for GIFs sends is no text in an export, and so none here: %s", async (link) => {
  expect(await hear(link)).toEqual([]);
  expect(await hear(`look ${link}`)).toEqual(["look"]);
});

test("what the persona asks for is masked in the answer", async () => {
  const memory = await newMemory();
  memory.say("what's the wifi password?");
  memory.hear("Ben Reis", "horse77b", "1");

  expect(memory.turns.map(({ bubbles }) => bubbles)).toEqual([["what's the wifi password?"], ["[password]"]]);
});

test("the owner's own list is masked too", async () => {
  await writeFile(path.join(workspace.root, "redact.txt"), "Project Heron\n");

  expect(await hear("how is project heron going")).toEqual(["how is [private] going"]);
});

test("what a data set called people by invented names hears them by these", async () => {
  await changeManifest(({ settings }) => ({ settings: { ...settings, realNames: "invented" } }));
  const [heard = ""] = await hear("ask Ben Reis about it");

  expect(heard).toMatch(/^ask \S+ \S+ about it$/);
  expect(heard).not.toContain("Ben");
  expect(warnings).toEqual([]);
});

test("without the messages nobody knows whose names to replace, and that is said", async () => {
  await changeManifest(({ settings }) => ({ settings: { ...settings, realNames: "invented" } }));
  await rm(workspace.messages, { recursive: true });

  expect(await hear("ask Ben Reis")).toEqual(["ask Ben Reis"]);
  expect(warnings).toEqual([expect.stringContaining("stay as they are")]);
});

test("a run whose data set masked nothing hears everything as it was typed", async () => {
  await changeManifest(() => ({ redactions: undefined }));

  expect(await hear("call 212 555 0123")).toEqual(["call 212 555 0123"]);
});

async function changeManifest(change: (manifest: ShardManifest) => Partial<ShardManifest>): Promise<void> {
  const file = path.join(runDirectory(workspace, runId), "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as ShardManifest;
  await writeFile(file, JSON.stringify({ ...manifest, ...change(manifest) }));
}

/** What is remembered of texts that a friend of the run sent. */
async function hear(...typed: string[]): Promise<string[]> {
  const memory = await newMemory();
  for (const words of typed) memory.hear("Ben Reis", words);
  return memory.turns.flatMap(({ bubbles }) => bubbles);
}

async function newMemory(): Promise<Memory> {
  const run = await readRun(workspace, runId);
  if (run === undefined) throw new Error("the fixture has no such run");
  const terminal = { ...openTerminal({ json: false }), warn: (line: string) => void warnings.push(line) };
  const config = await loadConfig(path.join(workspace.root, "persona.json"));
  config.prepare.redactFile = path.join(workspace.root, "redact.txt");
  await writeFile(config.prepare.redactFile, "", { flag: "a" });
  const files = { ...(await personaOfRun(workspace, run)), tokenizerDirectory: builtInTokenizerDirectory };
  const context = { terminal, workspace, config, configFile: "persona.json", passedOver: () => {} };
  return new Memory({ id: "a", persona: "Ana", openMask: await masksFor(context, run, files) });
}

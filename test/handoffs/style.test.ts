import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { readStyleOf, runDirectory, Style } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";

const run = { id: "aaaa", dataset: "dddd" };
let workspace: Workspace;
let told: string[];

beforeEach(async () => {
  workspace = await newWorkspace();
  told = [];
});

test("a run's own copy is read, else the one of its data set", async () => {
  const style = Style.parse(JSON.parse(await oldStyle()));
  expect(await read()).toBeUndefined();

  await write(path.join(workspace.shards, run.dataset), JSON.stringify({ ...style, turns: 1 }));
  expect(await read()).toEqual({ ...style, turns: 1 });

  await write(runDirectory(workspace, run.id), JSON.stringify({ ...style, turns: 2 }));
  expect(await read()).toEqual({ ...style, turns: 2 });
  expect(told).toEqual([]);
});

test("what an earlier version counted is read, without what it did not count", async () => {
  await write(path.join(workspace.shards, run.dataset), await oldStyle());
  const style = await read();

  expect(style?.replyDelaySeconds.overall.count).toBeGreaterThan(0);
  expect(style?.friendPauseSeconds).toBeUndefined();
  expect(style?.inGroups.reacted).toBeUndefined();
});

test("a damaged copy is passed over with a line, and the data set's is read", async () => {
  await write(path.join(workspace.shards, run.dataset), await oldStyle());
  await write(runDirectory(workspace, run.id), "{");

  expect(await read()).toBeDefined();
  expect(told).toEqual([
    `${path.join(runDirectory(workspace, run.id), "style.json")} is damaged, or comes from another version of persona.`,
  ]);
});

function read(): Promise<Style | undefined> {
  return readStyleOf(workspace, run, ({ message }) => told.push(message));
}

async function write(directory: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, "style.json"), text);
}

function oldStyle(): Promise<string> {
  return readFile(
    path.join(projectRoot, "test/fixtures/old-data/data/shards/368cdac9af36/style.json"),
    "utf8",
  );
}

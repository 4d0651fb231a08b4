import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type RunRecord, runDirectory, type ShardManifest } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";

/** A run that waits, of Ana's and of gpt2, with what a test does not care about filled in. */
export function runRecord(changes: Partial<RunRecord>): RunRecord {
  return {
    format: 1,
    id: "aaaa",
    createdAt: "2026-01-01T00:00:00.000Z",
    state: "queued",
    persona: "Ana",
    dataset: "data",
    rendering: "plain",
    base: { name: "gpt2" },
    settings: {},
    attempt: 1,
    ...changes,
  };
}

/** Writes the record of a run, and nothing else of it. */
export async function writeRun(workspace: Workspace, changes: Partial<RunRecord>): Promise<RunRecord> {
  const run = runRecord(changes);
  const directory = runDirectory(workspace, run.id);
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, "run.json"), JSON.stringify(run));
  return run;
}

/** Writes a finished run with everything that answering needs, but for a model that an engine could load. */
export async function writeFinishedRun(
  workspace: Workspace,
  changes: Partial<RunRecord> = {},
): Promise<RunRecord> {
  const run = await writeRun(workspace, { state: "finished", ...changes });
  const directory = runDirectory(workspace, run.id);
  await writeFile(path.join(directory, "manifest.json"), JSON.stringify(shardManifest(run)));
  await writeFile(path.join(directory, "model.gguf"), "");
  return run;
}

/** The manifest of the data set that a run was made of. */
export function shardManifest({ persona, dataset, rendering }: RunRecord): ShardManifest {
  const file = { bytes: 0, sha256: "" };
  const split = {
    conversations: 1,
    turns: 1,
    tokens: 1,
    supervisedTokens: 1,
    files: { bin: file, mask: file, offsets: file, turns: file },
  };
  return {
    format: 1,
    id: dataset,
    createdAt: "2026-01-01T00:00:00.000Z",
    persona,
    speakers: ["Friend"],
    rendering,
    tokenizer: { name: "gpt2", sha256: "", vocabularySize: 50257 },
    dtype: "uint16",
    endOfConversation: 50256,
    splits: { train: split, val: split },
    excluded: {},
    settings: {},
  };
}

/** Writes a file of so many zeros into the folder of all runs. */
export async function writeRunFile({ runs }: Workspace, name: string, bytes = 10): Promise<string> {
  const file = path.join(runs, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, Buffer.alloc(bytes));
  return file;
}

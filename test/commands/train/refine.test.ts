import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { refinementOf } from "../../../src/commands/train/refine.ts";
import type { TrainFlags } from "../../../src/commands/train/request.ts";
import { loadConfig } from "../../../src/config.ts";
import { keepVote } from "../../../src/evaluate/index.ts";
import { eventsFile, type RunRecord, runDirectory } from "../../../src/handoffs/index.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../../src/tokenizer/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord, shardManifest, writeFinishedRun } from "../../train/run-record.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

const memory = { memoryBytes: 1, freeMemoryBytes: 1 };
const sizes = { parameters: 1, trainableParameters: 1, trainTokens: 1, supervisedTokens: 1 };
const plan = { steps: 9, epochs: 3, microBatch: 2, accumulation: 1, precision: "fp32", device: "cpu" };

/** A finished run with all that a refinement needs. */
async function writeRefinable(changes: Partial<RunRecord> = {}, contextLength = 256): Promise<RunRecord> {
  const run = await writeFinishedRun(workspace, changes);
  const shards = path.join(workspace.shards, run.dataset);
  await mkdir(path.join(runDirectory(workspace, run.id), "model"), { recursive: true });
  await mkdir(shards, { recursive: true });
  await writeFile(path.join(shards, "manifest.json"), JSON.stringify(shardManifest(run)));
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    await copyFile(path.join(builtInTokenizerDirectory, name), path.join(shards, name));
  const event = { type: "plan", ...plan, ...sizes, ...memory, learningRate: 4e-4, contextLength };
  await writeFile(eventsFile(workspace, run.id), `${JSON.stringify(event)}\n`);
  return run;
}

async function refine(flags: Partial<TrainFlags> = {}) {
  const notes: string[] = [];
  const terminal = { note: (line: string) => notes.push(line), warn: (line: string) => notes.push(line) };
  const config = await loadConfig(path.join(workspace.root, "none.json"));
  const passedOver = ({ message }: Error) => notes.push(message);
  const context = { terminal, workspace, config, passedOver } as unknown as CommandContext;
  return { request: await refinementOf(context, { ...flags, refine: "aaaa" } as never), notes };
}

const said = (speaker: string, ...bubbles: string[]) => ({ speaker, bubbles });

function correct(by: string, ...context: ReturnType<typeof said>[]) {
  const { dataset } = runRecord({ id: "aaaa" });
  const words = { context, rejected: ["Good day."], better: ["hey", "you there?"] };
  return keepVote(workspace, {
    type: "correction",
    at: "2026-01-01",
    relation: "self",
    by,
    dataset,
    ...words,
  });
}

test("it is of its run's base, data and settings, one pass at a tenth of the rate", async () => {
  const settings = { lora: true, loraRank: 8, epochs: 5, canaries: 20, gpus: 2, learningRate: 4e-4 };
  await writeRefinable({ settings, base: { name: "smollm2", revision: "abc" } });
  const { request } = await refine();

  expect(request).toMatchObject({ base: { name: "smollm2", revision: "abc" }, parent: "aaaa" });
  expect(request.manifest.id).toBe("data");
  expect(request.settings).toEqual({
    lora: true,
    loraRank: 8,
    epochs: 1,
    learningRate: expect.closeTo(4e-5, 10),
  });
});

test("what is said beside it counts", async () => {
  await writeRefinable();
  const { request } = await refine({ steps: 40, learningRate: 1e-5, priority: 3 });

  expect(request.settings).toEqual({ epochs: 1, steps: 40, learningRate: 1e-5 });
  expect(request.priority).toBe(3);
});

test("corrections are handed over as the tokens of two turns of the persona", async () => {
  await writeRefinable();
  await correct("aaaa", said("Ben", "hello"), said("Ana", "hi"), said("Ben", "are you in?"));
  await correct("real", said("Ben", "hello"));
  const { request, notes } = await refine();
  const tokenizer = await loadTokenizer(builtInTokenizerDirectory);
  const [correction, ...others] = request.refinement?.corrections ?? [];

  expect(others).toEqual([]);
  expect(notes).toEqual(["Corrections from votes that it learns too: 1."]);
  expect(tokenizer.decode(correction?.context ?? [])).toMatch(
    /Ben:\nhello\n\nAna:\nhi\n\nBen:\nare you in\?\n\nAna:\n$/,
  );
  expect(tokenizer.decode(correction?.real ?? [])).toBe("hey\nyou there?\n\n");
  expect(tokenizer.decode(correction?.own ?? [])).toBe("Good day.\n\n");
});

test("of a long conversation its end stands before a correction", async () => {
  await writeRefinable({}, 64);
  await correct("base", said("Ben", "long ago ".repeat(20)), said("Ben", "and now?"));
  const { request } = await refine();

  expect(request.refinement?.corrections[0]?.context.length).toBeLessThan(16);
});

test.each(["from", "base", "persona", "rendering", "trainTokenizer", "sweep", "canaries", "gpus"])(
  "with %s it is refused",
  async (name) => {
    await writeRefinable();

    await expect(refine({ [name]: "1" })).rejects.toMatchObject({
      message: expect.stringMatching(/^--refine and --[a-z-]+ cannot be combined/),
      fix: expect.stringMatching(/^Leave out --[a-z-]+\.$/),
    });
  },
);

test("a run that is unfinished, stale, or without its data set, its model or its rate is refused", async () => {
  await writeRefinable({ state: "paused" });
  await expect(refine()).rejects.toThrow("Run aaaa is paused, so it has no model.");
  await writeRefinable({ stale: { reason: "a person was forgotten", at: "2026-01-01" } });
  await expect(refine()).rejects.toThrow("Run aaaa is stale: a person was forgotten.");
  await writeRefinable();
  await rm(path.join(workspace.shards, "data"), { recursive: true });
  await expect(refine()).rejects.toThrow("Data set data, of which run aaaa was made, is gone.");
  await writeRefinable();
  await rm(eventsFile(workspace, "aaaa"));
  await expect(refine()).rejects.toThrow("do not say with which learning rate");
  await writeRefinable();
  await rm(path.join(runDirectory(workspace, "aaaa"), "model"), { recursive: true });
  await expect(refine()).rejects.toThrow("the folder named model, to train on, is gone");
});

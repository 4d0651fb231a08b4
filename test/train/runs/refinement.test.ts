import { existsSync } from "node:fs";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { runDirectory } from "../../../src/handoffs/index.ts";
import { tidyUp } from "../../../src/train/runs/publish.ts";
import type { Correction } from "../../../src/train/runs/refinement.ts";
import { createRun } from "../../../src/train/runs/runs.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord, shardManifest, writeFinishedRun, writeRunFile } from "../run-record.ts";

let workspace: Workspace;
let shardsDirectory: string;

beforeEach(async () => {
  workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });
  shardsDirectory = await mkdtemp(path.join(tmpdir(), "persona-shards-"));
  await writeFile(path.join(shardsDirectory, "manifest.json"), JSON.stringify(shardManifest(runRecord({}))));
});

function refine(corrections: Correction[] = []) {
  const of = { workspace, shardsDirectory, manifest: shardManifest(runRecord({})), base: { name: "gpt2" } };
  return createRun({ ...of, settings: { epochs: 1 }, parent: "aaaa", refinement: { corrections } });
}

const correction = { context: [1, 2], real: [3], own: [4] };
const fileOf = (id: string, name: string) => path.join(runDirectory(workspace, id), name);

test("corrections lie in the refinement's folder for its owner alone, and others are another run", async () => {
  const plain = await refine();
  const corrected = await refine([correction]);

  expect(corrected.id).not.toBe(plain.id);
  expect((await refine([correction])).id).toBe(corrected.id);
  expect(JSON.parse(await readFile(fileOf(corrected.id, "corrections.json"), "utf8"))).toEqual([correction]);
  expect((await stat(fileOf(corrected.id, "corrections.json"))).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(corrected)).not.toContain("real");
});

test("the canaries of its parent are asked of it too, so that both can be compared", async () => {
  await writeRunFile(workspace, "aaaa/canaries.json", 7);
  const { id } = await refine();

  expect(await readFile(fileOf(id, "canaries.json"))).toHaveLength(7);
});

test("the words that it was made from go once it has finished", async () => {
  const { id } = await refine([correction]);
  await writeRunFile(workspace, `${id}/pairs.json`);
  await tidyUp(workspace, { id, attempt: 1 }, 5);

  expect(["corrections.json", "pairs.json", "run.json"].map((name) => existsSync(fileOf(id, name)))).toEqual([
    false,
    false,
    true,
  ]);
});

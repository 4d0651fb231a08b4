import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type RunRecord, readRun, runDirectory, type ShardManifest } from "../../../src/handoffs/index.ts";
import {
  createRun,
  idOf,
  OutdatedAttempt,
  type RunRequest,
  updateRun,
} from "../../../src/train/runs/runs.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord, shardManifest, writeRun } from "../run-record.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

test("every run has an id that the queue takes, which refuses integers", async () => {
  const asked = await request();
  for (let seed = 0; seed < 2000; seed++) {
    expect(idOf({ ...asked, settings: { seed } })).toMatch(/^(?=.*[a-f])[0-9a-f]{10}$/);
  }
});

test("the same request has the same id in whatever order it is said, and any other another", async () => {
  const asked = { ...(await request()), settings: { steps: 5, lora: true } };
  const others: Partial<RunRequest>[] = [
    { settings: { steps: 6, lora: true } },
    { base: { name: "gpt2", revision: "1f" } },
    { manifest: { ...asked.manifest, id: "other" } },
    { parent: "aaaa" },
  ];

  expect(idOf({ ...asked, settings: { lora: true, steps: 5 }, priority: 1 })).toBe(idOf(asked));
  const ids = others.map((change) => idOf({ ...asked, ...change }));
  expect(new Set([idOf(asked), ...ids]).size).toBe(5);
});

test("what is asked for is written down beside copies of its data set's manifest and style, and nothing else", async () => {
  const asked = { ...(await request()), settings: { steps: 5 }, parent: "aaaa", priority: 3 };
  await writeFile(path.join(asked.shardsDirectory, "style.json"), "{}");
  const run = await createRun(asked);
  const directory = runDirectory(workspace, run.id);

  expect(run).toMatchObject({ state: "queued", attempt: 0, dataset: "data", parent: "aaaa", priority: 3 });
  expect(await readRun(workspace, run.id)).toEqual(run);
  expect((await readdir(directory)).toSorted()).toEqual(["manifest.json", "run.json", "style.json"]);
  expect(JSON.parse(await readFile(path.join(directory, "manifest.json"), "utf8"))).toEqual(asked.manifest);
});

test("of many that make one request at once, the first to write it down wins", async () => {
  const asked = await request();
  const each = (priority: number) => createRun({ ...asked, priority });
  const created = await Promise.all(Array.from({ length: 8 }, (_, index) => each(index + 1)));
  const [{ id }] = created as [RunRecord];
  const known = await readRun(workspace, id);

  for (const run of created) expect(run).toEqual(known);
  expect(await readdir(workspace.runs)).toEqual([id]);
});

test("a request that was made before finds its run, also when its data set is gone", async () => {
  const asked = await request();
  const { id } = await createRun(asked);
  await updateRun(workspace, id, { state: "failed" });
  await rm(asked.shardsDirectory, { recursive: true });

  expect(await createRun(asked)).toMatchObject({ id, state: "failed" });
});

test.runIf(process.platform === "linux")("a data directory that takes no files is named", async () => {
  // Nobody, not even root, makes folders there.
  const created = createRun({ ...(await request()), workspace: openWorkspace("/sys/persona") });

  await expect(created).rejects.toThrow(
    /^\/sys\/persona\/runs\/[0-9a-f]{10} cannot be written to \(\w+\)\.$/,
  );
});

test("an attempt that is not the newest cannot change the record", async () => {
  const run = await writeRun(workspace, { attempt: 2 });
  const late = updateRun(workspace, run.id, { state: "finished" }, { attempt: 1 });

  await expect(late).rejects.toThrow(OutdatedAttempt);
  expect(await readRun(workspace, run.id)).toEqual(run);
  await updateRun(workspace, run.id, { state: "finished" }, { attempt: 2 });
  expect(await readRun(workspace, run.id)).toEqual({ ...run, state: "finished" });
});

test("changes of one record by many at once all arrive", async () => {
  const { id } = await writeRun(workspace, {});
  const raise = () =>
    updateRun(workspace, id, ({ fruitlessAttempts = 0 }) => ({ fruitlessAttempts: fruitlessAttempts + 1 }));
  await Promise.all(Array.from({ length: 20 }, raise));

  expect((await readRun(workspace, id))?.fruitlessAttempts).toBe(20);
});

async function request(): Promise<RunRequest> {
  const manifest: ShardManifest = shardManifest(runRecord({ persona: "Ana", dataset: "data" }));
  const shardsDirectory = await mkdtemp(path.join(tmpdir(), "persona shards "));
  await writeFile(path.join(shardsDirectory, "manifest.json"), JSON.stringify(manifest));
  return { workspace, manifest, shardsDirectory, base: { name: "gpt2" }, settings: {} };
}

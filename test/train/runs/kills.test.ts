/** Publishing, pruning and deleting that are killed at any of their changes, and done again. */
import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import type { RunRecord } from "../../../src/handoffs/index.ts";
import { runToServe } from "../../../src/handoffs/index.ts";
import { readRun, runDirectory } from "../../../src/handoffs/read-runs.ts";
import { planPrune, prune } from "../../../src/train/prune.ts";
import { removeRunDirectory } from "../../../src/train/runs/deletion.ts";
import { publishAttempt, tidyUp } from "../../../src/train/runs/publish.ts";
import { updateRun } from "../../../src/train/runs/runs.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { runRecord } from "../run-record.ts";
import { dieAfter, Killed, live } from "./mortal-files.ts";

vi.mock("node:fs/promises", async (importReal) => {
  const { mortal } = await import("./mortal-files.ts");
  const real = (await importReal()) as Parameters<typeof mortal>[0];
  return { ...mortal(real), default: mortal(real) };
});

const id = "aaaa";
const parts = ["a", "b", "c"];
const later = Date.now() + 365 * 24 * 3_600_000;

test("killed anywhere, publishing leaves what the next attempt or prune finishes, and never a part that is taken for the whole", async () => {
  await killEverywhere(async (workspace, kill) => {
    await makeRun(workspace, { state: "running", attempt: 2 });
    await makeAttempt(workspace, 1, ["step-3", "step-5", "step-5.7.tmp"]);
    await makeAttempt(workspace, 2, ["step-3", "step-5"]);
    await kill(() => finish(workspace, 2));

    const isFinished = (await readRun(workspace, id))?.state === "finished";
    if (isFinished) await prune(workspace, await planPrune(workspace, { olderThanDays: 30, now: later }));
    else await adopt(workspace);

    const attempt = isFinished ? 2 : 3;
    const best = path.join(`attempt-${attempt}`, "checkpoints", "step-3");
    expect(await contentOf(workspace)).toEqual({
      "run.json": expect.anything(),
      "model.gguf": `whole ${attempt}`,
      ...inParts("model", `whole ${attempt}`),
      ...inParts(best, `whole ${attempt}`),
    });
  });
});

test("killed anywhere, deleting leaves what prune removes", async () => {
  await killEverywhere(async (workspace, kill) => {
    await makeRun(workspace, { state: "failed", attempt: 2 });
    await makeAttempt(workspace, 2, ["step-3", "step-5"]);
    await kill(() => removeRunDirectory(workspace, id));
    await prune(workspace, await planPrune(workspace, { olderThanDays: 30, now: later }));

    expect(await readdir(workspace.runs)).toEqual([]);
  });
});

test("killed anywhere, prune does the rest when it is asked again", async () => {
  await killEverywhere(async (workspace, kill) => {
    await makeRun(workspace, { state: "paused", attempt: 2 });
    await makeAttempt(workspace, 1, ["step-1"]);
    await makeAttempt(workspace, 2, ["step-1", "step-2", "step-3", "step-4"]);
    const again = async () => prune(workspace, await planPrune(workspace, { olderThanDays: 30, now: later }));
    await kill(again);
    await again();

    const content = Object.keys(await contentOf(workspace)).filter((name) => name.includes("step-"));
    const kept = ["step-3", "step-4"].map((name) => path.join("attempt-2", "checkpoints", name));
    expect(content).toEqual(Object.keys({ ...inParts(kept[0] ?? "", ""), ...inParts(kept[1] ?? "", "") }));
  });
});

/** Tries `scene` with work that is killed at its first change, before it and half-way, then at the second, until it lives. */
async function killEverywhere(
  scene: (workspace: Workspace, kill: (work: () => Promise<unknown>) => Promise<void>) => Promise<void>,
): Promise<void> {
  let hasDied = true;
  for (let changes = 0; hasDied; changes += 0.5) {
    const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona kills ")));
    const kill = async (work: () => Promise<unknown>) => {
      hasDied = await dies(Math.floor(changes), changes % 1 > 0, work);
      await outliveLock(workspace);
    };
    await scene(workspace, kill);
    expect(changes).toBeLessThan(100);
  }
}

async function finish(workspace: Workspace, attempt: number): Promise<void> {
  await publishAttempt(workspace, { id, attempt });
  const heldOutLoss = { before: 2, best: 1, bestStep: 3 };
  await updateRun(workspace, id, { state: "finished", heldOutLoss }, { attempt });
  await tidyUp(workspace, { id, attempt }, 3);
}

async function adopt(workspace: Workspace): Promise<void> {
  await expect(runToServe(workspace, undefined)).rejects.toThrow("no finished run");
  await updateRun(workspace, id, { attempt: 3 }, { attempt: 3 });
  await makeAttempt(workspace, 3, ["step-3", "step-5"]);
  await finish(workspace, 3);
}

async function dies(changes: number, half: boolean, work: () => Promise<unknown>): Promise<boolean> {
  dieAfter(changes, half);
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    live();
  }
}

/** As half a minute later, when its holder is known to be dead. */
async function outliveLock(workspace: Workspace): Promise<void> {
  const lock = path.join(runDirectory(workspace, id), "record.lock");
  await utimes(lock, new Date(0), new Date(0)).catch(() => {});
}

/** The files of a run by name, but for a lock that its holder left: the next command takes it over. */
async function contentOf(workspace: Workspace): Promise<Record<string, string>> {
  const directory = runDirectory(workspace, id);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "record.lock");
  const names = files
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
  const contents = names.map((name) => readFile(path.join(directory, name), "utf8"));
  return Object.fromEntries((await Promise.all(contents)).map((content, index) => [names[index], content]));
}

function inParts(folder: string, content: string): Record<string, string> {
  return Object.fromEntries(parts.map((name) => [path.join(folder, name), content]));
}

async function makeRun(workspace: Workspace, changes: Partial<RunRecord>) {
  const record = runRecord({ id, endedAt: "2026-01-01T00:00:00.000Z", attempt: 0, ...changes });
  await mkdir(runDirectory(workspace, id), { recursive: true });
  await writeFile(path.join(runDirectory(workspace, id), "run.json"), JSON.stringify(record));
}

async function makeAttempt(workspace: Workspace, attempt: number, checkpoints: string[]) {
  const directory = path.join(runDirectory(workspace, id), `attempt-${attempt}`);
  for (const folder of ["model", ...checkpoints.map((name) => `checkpoints/${name}`)]) {
    await mkdir(path.join(directory, folder), { recursive: true });
    for (const file of parts) await writeFile(path.join(directory, folder, file), `whole ${attempt}`);
  }
  await writeFile(path.join(directory, "model.gguf"), `whole ${attempt}`);
}

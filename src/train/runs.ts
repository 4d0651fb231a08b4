import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, copyFile, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { RunRecord, type ShardManifest } from "../handoffs.ts";
import { makePrivateDirectory, type Workspace, writeFileAtomically } from "../workspace.ts";

export const runDirectory = (workspace: Workspace, id: string) => path.join(workspace.runs, id);
const recordFile = (workspace: Workspace, id: string) => path.join(runDirectory(workspace, id), "run.json");
export const eventsFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "events.jsonl");

export interface RunRequest {
  workspace: Workspace;
  manifest: ShardManifest;
  shardsDirectory: string;
  base: RunRecord["base"];
  settings: RunRecord["settings"];
}

/** Writes down what is asked for; the same request gives the same run. */
export async function createRun({
  workspace,
  manifest,
  shardsDirectory,
  base,
  settings,
}: RunRequest): Promise<RunRecord> {
  const asked = JSON.stringify([manifest.id, base, Object.entries(settings).sort()]);
  const id = createHash("sha256").update(asked).digest("hex").slice(0, 10);
  const known = await readRun(workspace, id);
  if (known !== undefined) return known;

  const record: RunRecord = {
    format: 1,
    id,
    createdAt: new Date().toISOString(),
    state: "queued",
    persona: manifest.persona,
    dataset: manifest.id,
    rendering: manifest.rendering,
    base,
    settings,
    attempt: 0,
  };
  await makePrivateDirectory(runDirectory(workspace, id));
  await copyFile(
    path.join(shardsDirectory, "manifest.json"),
    path.join(runDirectory(workspace, id), "manifest.json"),
  );
  await writeRun(workspace, record);
  return record;
}

export async function readRun(workspace: Workspace, id: string): Promise<RunRecord | undefined> {
  try {
    return RunRecord.parse(JSON.parse(await readFile(recordFile(workspace, id), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export async function writeRun(workspace: Workspace, record: RunRecord): Promise<void> {
  await writeFileAtomically(recordFile(workspace, record.id), `${JSON.stringify(record, undefined, 2)}\n`);
}

export async function updateRun(
  workspace: Workspace,
  id: string,
  change: Partial<RunRecord>,
): Promise<RunRecord> {
  const record = await readRun(workspace, id);
  if (record === undefined) throw new Error(`Run ${id} has lost its run.json`);
  const updated = { ...record, ...change };
  await writeRun(workspace, updated);
  return updated;
}

/** All runs, newest first. */
export async function listRuns(workspace: Workspace): Promise<RunRecord[]> {
  const names = await readdir(workspace.runs).catch(() => []);
  const records = await Promise.all(names.map((name) => readRun(workspace, name)));
  return records
    .filter((record) => record !== undefined)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** The run whose id starts so; `latest` is the newest. */
export async function findRun(workspace: Workspace, prefix: string): Promise<RunRecord> {
  const runs = await listRuns(workspace);
  const found = prefix === "latest" ? runs.slice(0, 1) : runs.filter(({ id }) => id.startsWith(prefix));
  const [run, ...others] = found;
  if (run !== undefined && others.length === 0) return run;
  throw new UserError(
    run === undefined ? `There is no run ${prefix}.` : `Several runs start with ${prefix}.`,
    {
      fix:
        runs.length === 0
          ? "Train one first: persona train"
          : "persona runs lists them; a few letters of the id are enough.",
    },
  );
}

export async function appendEvent(workspace: Workspace, id: string, line: object): Promise<void> {
  await appendFile(eventsFile(workspace, id), `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** Moves an attempt's model to where serving looks for it, and keeps of its checkpoints only the best. */
export async function publishAttempt(
  workspace: Workspace,
  id: string,
  attempt: number,
  bestStep: number,
): Promise<void> {
  const directory = runDirectory(workspace, id);
  const made = path.join(directory, `attempt-${attempt}`);
  for (const name of ["model", "model.gguf"]) {
    if (!existsSync(path.join(made, name))) continue;
    await rm(path.join(directory, name), { recursive: true, force: true });
    await rename(path.join(made, name), path.join(directory, name));
  }
  for (const other of await readdir(directory)) {
    if (/^attempt-\d+$/.test(other) && other !== `attempt-${attempt}`)
      await rm(path.join(directory, other), { recursive: true });
  }
  const checkpoints = path.join(made, "checkpoints");
  for (const name of await readdir(checkpoints).catch(() => [])) {
    if (name !== `step-${bestStep}`) await rm(path.join(checkpoints, name), { recursive: true });
  }
}

/** Chooses the run that the persona answers with. */
export async function serveRun(workspace: Workspace, { id, state }: RunRecord): Promise<void> {
  if (state !== "finished") {
    throw new UserError(`Run ${id} is ${state}, so it has no model to serve.`, {
      fix: `persona runs resume ${id}`,
    });
  }
  await writeFileAtomically(workspace.servingFile, `${JSON.stringify({ run: id })}\n`);
}

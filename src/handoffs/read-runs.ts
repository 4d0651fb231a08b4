import { readdir } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "../disk-errors.ts";
import { type PassedOver, UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { cannotBeRead, readJsonFile } from "./read-json-file.ts";
import { readManifest } from "./read-manifest.ts";
import { RunRecord } from "./runs.ts";
import type { ShardManifest } from "./shards.ts";

/** The folder `data/runs/<id>/`. */
export const runDirectory = (workspace: Workspace, id: string) => path.join(workspace.runs, id);
/** The model of a run, for trainers and servers: a folder as the transformers library writes it. */
export const modelDirectory = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "model");
/** The same model for llama.cpp. */
export const ggufFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "model.gguf");
/** What the trainer has said: one `TrainerEvent` a line. */
export const eventsFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "events.jsonl");
/** The run's `RunRecord`. */
export const recordFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "run.json");

const ofDamage = { fix: "Put it back from a copy, or remove the run's folder." };

/**
 * The record of one run; undefined where there is none.
 *
 * @throws UserError when the record is damaged, with the file and what to do.
 */
export async function readRun(workspace: Workspace, id: string): Promise<RunRecord | undefined> {
  const file = recordFile(workspace, id);
  const record = await readJsonFile(file, RunRecord, ofDamage);
  // Everything that is done to a run is done in the folder that its id names.
  if (record === undefined || record.id === id) return record;
  throw new UserError(
    `${file} is the record of run ${record.id}, and lies in another run's folder.`,
    ofDamage,
  );
}

/** All runs, newest first; one whose record is damaged does not keep the others from being seen. */
export async function listRuns(
  workspace: Workspace,
  passedOver: PassedOver = () => {},
): Promise<RunRecord[]> {
  return readable(await readEveryRun(workspace), passedOver);
}

/** A folder among the runs: what its record says, or why that cannot be read. */
interface RunFolder {
  name: string;
  record?: RunRecord;
  problem?: UserError;
}

async function readEveryRun(workspace: Workspace): Promise<RunFolder[]> {
  const names = await readdir(workspace.runs).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw cannotBeRead(workspace.runs, error, { fix: "" });
  });
  const folders = await Promise.all(names.map((name) => readFolder(workspace, name)));
  return folders.filter(({ record, problem }) => record !== undefined || problem !== undefined);
}

async function readFolder(workspace: Workspace, name: string): Promise<RunFolder> {
  try {
    const record = await readRun(workspace, name);
    return { name, ...(record && { record }) };
  } catch (problem) {
    if (problem instanceof UserError) return { name, problem };
    throw problem;
  }
}

function readable(folders: RunFolder[], passedOver: PassedOver): RunRecord[] {
  for (const { problem } of folders) if (problem !== undefined) passedOver(problem);
  return folders.flatMap(({ record }) => record ?? []).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/**
 * The run whose id starts so; `latest` is the newest.
 *
 * @throws UserError when there is none, when there are several, or when its record is damaged.
 */
export async function findRun(
  workspace: Workspace,
  prefix: string,
  passedOver: PassedOver = () => {},
): Promise<RunRecord> {
  const folders = await readEveryRun(workspace);
  const [asked, ...others] = prefix === "latest" ? [] : runsNamed(prefix, folders, ({ name }) => name);
  if (asked?.problem !== undefined && others.length === 0) throw asked.problem;
  const runs = readable(folders, passedOver);
  const run = prefix === "latest" ? runs[0] : asked?.record;
  if (run !== undefined && others.length === 0) return run;
  throw notFound(prefix, others.length > 0, runs.length > 0);
}

/** Those whose id starts so; a whole id is meant as it stands, even where another one goes on from it. */
export function runsNamed<T>(prefix: string, runs: readonly T[], idOf: (run: T) => string): T[] {
  const exact = runs.filter((run) => idOf(run) === prefix);
  return exact.length > 0 ? exact : runs.filter((run) => idOf(run).startsWith(prefix));
}

function notFound(prefix: string, isAmbiguous: boolean, areAny: boolean): UserError {
  return new UserError(isAmbiguous ? `Several runs start with ${prefix}.` : `There is no run ${prefix}.`, {
    fix: areAny
      ? "persona runs lists them; a few letters of the id are enough."
      : "Train one first: persona train",
  });
}

/** Of which data set a run was made: a copy of that data set's manifest lies beside its record. */
export async function readRunManifest(workspace: Workspace, id: string): Promise<ShardManifest> {
  const directory = runDirectory(workspace, id);
  const manifest = await readManifest(directory, {
    fix: `Put it back from data/shards, or train again: persona train`,
  });
  if (manifest !== undefined) return manifest;
  throw new UserError(`${path.join(directory, "manifest.json")} is missing.`, {
    fix: "Copy it from the run's data set in data/shards, or train again: persona train",
  });
}

/** False while a run waits or trains. */
export function hasEnded({ state }: Pick<RunRecord, "state">): boolean {
  return state !== "queued" && state !== "running";
}

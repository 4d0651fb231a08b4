import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { readManifest } from "./read-manifest.ts";
import { RunRecord } from "./runs.ts";
import type { ShardManifest } from "./shards.ts";

/** The folder `data/runs/<id>/`. */
export const runDirectory = (workspace: Workspace, id: string) => path.join(workspace.runs, id);
/** What the trainer has said: one `TrainerEvent` a line. */
export const eventsFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "events.jsonl");
/** The run's `RunRecord`. */
export const recordFile = (workspace: Workspace, id: string) =>
  path.join(runDirectory(workspace, id), "run.json");

/** Told of what cannot be read and is passed over, so that nobody wonders where it is. */
export type PassedOver = (problem: UserError) => void;

/**
 * The record of one run; undefined where there is none.
 *
 * @throws UserError when the record is damaged, with the file and what to do.
 */
export async function readRun(workspace: Workspace, id: string): Promise<RunRecord | undefined> {
  const file = recordFile(workspace, id);
  try {
    return RunRecord.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(file, code, error);
  }
}

function unreadable(file: string, code: string | undefined, cause: unknown): UserError {
  if (code !== undefined) {
    return new UserError(`${file} cannot be read (${code}).`, {
      fix: "Make it readable for this user.",
      cause,
    });
  }
  return new UserError(`${file} is damaged, or of another version of persona.`, {
    fix: "Put it back from a copy, or remove the run's folder.",
    cause,
  });
}

/** All runs, newest first; one whose record is damaged does not keep the others from being seen. */
export async function listRuns(
  workspace: Workspace,
  passedOver: PassedOver = () => {},
): Promise<RunRecord[]> {
  const names = await readdir(workspace.runs).catch(() => []);
  const read = (name: string) =>
    readRun(workspace, name).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      passedOver(error);
      return undefined;
    });
  const records = await Promise.all(names.map(read));
  return records
    .filter((record) => record !== undefined)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/**
 * The run whose id starts so; `latest` is the newest.
 *
 * @throws UserError when there is none, when there are several, or when its record is damaged.
 */
export async function findRun(workspace: Workspace, prefix: string): Promise<RunRecord> {
  const damaged: UserError[] = [];
  const runs = await listRuns(workspace, (problem) => damaged.push(problem));
  const found = prefix === "latest" ? runs.slice(0, 1) : runs.filter(({ id }) => id.startsWith(prefix));
  const [run, ...others] = found;
  if (run !== undefined && others.length === 0) return run;
  const isAsked = ({ message }: UserError) => message.startsWith(path.join(workspace.runs, prefix));
  throw damaged.find(isAsked) ?? notFound(prefix, run !== undefined, runs.length > 0);
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

import { createHash } from "node:crypto";
import { copyFile, link, rm } from "node:fs/promises";
import path from "node:path";
import { codeOf, isDiskFull, isRefused } from "../../disk-errors.ts";
import { UserError } from "../../errors.ts";
import {
  type RunRecord,
  readRun,
  recordFile,
  runDirectory,
  type ShardManifest,
} from "../../handoffs/index.ts";
import { asideName, makePrivateDirectory, type Workspace, writeFileAtomically } from "../../workspace.ts";
import { copyIfThere } from "./copy-if-there.ts";
import { hashOf, layOut, type RefinementRequest } from "./refinement.ts";
import { withRunLock } from "./run-lock.ts";

export const attemptDirectory = (workspace: Workspace, id: string, attempt: number) =>
  path.join(runDirectory(workspace, id), `attempt-${attempt}`);
export interface RunRequest {
  workspace: Workspace;
  manifest: ShardManifest;
  shardsDirectory: string;
  base: RunRecord["base"];
  settings: RunRecord["settings"];
  /** Id of the run whose model this one starts from. */
  parent?: string | undefined;
  /** That its parent's model is refined, and with what. */
  refinement?: RefinementRequest | undefined;
  priority?: number | undefined;
  /** Its place in a sweep: not part of what is asked, so that the same run is the same one in any sweep. */
  sweep?: RunRecord["sweep"];
}

/** Writes down what is asked for; the same request gives the same run, also of two processes at once. */
export async function createRun(request: RunRequest): Promise<RunRecord> {
  const { workspace, manifest, shardsDirectory, base, settings, parent, refinement, priority, sweep } =
    request;
  const id = idOf(request);
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
    ...(parent !== undefined && { parent }),
    ...(refinement !== undefined && { refinement: {} }),
    ...(priority !== undefined && { priority }),
    ...(sweep !== undefined && { sweep }),
  };
  const directory = runDirectory(workspace, id);
  try {
    await makePrivateDirectory(directory);
    await copyFile(path.join(shardsDirectory, "manifest.json"), path.join(directory, "manifest.json"));
    // The times that a persona keeps outlive the data set that they were learnt from. The oldest data sets have none.
    await copyIfThere("style.json", shardsDirectory, directory);
    if (refinement !== undefined && parent !== undefined) await layOut(workspace, id, parent, refinement);
    await writeOnce(recordFile(workspace, id), serialize(record));
  } catch (error) {
    throw explained(error, directory);
  }
  return (await readRun(workspace, id)) ?? record;
}

/** The same request has the same id: ten hex digits with a letter among them, as the queue takes no integer. */
export function idOf({ manifest, base, settings, parent, refinement }: RunRequest): string {
  const from = [...(parent ? [parent] : []), ...(refinement ? [hashOf(refinement)] : [])];
  const asked = [manifest.id, base, Object.entries(settings).sort(), ...from];
  const hash = createHash("sha256").update(JSON.stringify(asked)).digest("hex");
  const [id = hash] = /(?=\d{0,9}[a-f])[\da-f]{10}/.exec(hash) ?? [];
  return id;
}

/** Of several writers the first wins; the others leave what it wrote. */
async function writeOnce(file: string, content: string): Promise<void> {
  const aside = asideName(file);
  await writeFileAtomically(aside, content);
  try {
    await link(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Says what a person can do about a run directory that takes no files. */
function explained(error: unknown, directory: string): unknown {
  if (isRefused(error)) {
    return new UserError(`${directory} cannot be written to (${codeOf(error)}).`, {
      fix: "Make it writable for this user, or choose another data directory with --data.",
      cause: error,
    });
  }
  if (isDiskFull(error)) {
    return new UserError(`The disk of ${directory} is full.`, {
      fix: "Free some space: persona runs prune shows what could go.",
      cause: error,
    });
  }
  return error;
}

/** A record that a newer attempt has written since: the older one lost the right to write. */
export class OutdatedAttempt extends Error {
  override readonly name = "OutdatedAttempt";
}

/**
 * Changes a run's record; `attempt` names the attempt that writes.
 *
 * @throws OutdatedAttempt when the run belongs to a newer attempt.
 */
export async function updateRun(
  workspace: Workspace,
  id: string,
  change: Partial<RunRecord> | ((record: RunRecord) => Partial<RunRecord>),
  { attempt }: { attempt?: number } = {},
): Promise<RunRecord> {
  return withRunLock(runDirectory(workspace, id), async () => {
    const record = await readRun(workspace, id);
    if (record === undefined) throw new Error(`Run ${id} has lost its run.json`);
    if (attempt !== undefined && record.attempt > attempt) {
      throw new OutdatedAttempt(`Run ${id} is at attempt ${record.attempt}; ${attempt} writes no more.`);
    }
    const updated = { ...record, ...(typeof change === "function" ? change(record) : change) };
    await writeFileAtomically(recordFile(workspace, id), serialize(updated));
    return updated;
  });
}

function serialize(record: RunRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

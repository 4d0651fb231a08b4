import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { RunRecord } from "../handoffs.ts";
import type { Workspace } from "../workspace.ts";

/**
 * The folder of the run that answers: the one asked for, else the chosen one, else the newest that is finished. One that
 * was chosen and is gone since leaves the place to the newest too, as `persona runs` shows it.
 */
export async function findServedRun(workspace: Workspace, asked?: string): Promise<string> {
  const finished = (await readRuns(workspace))
    .filter(({ state }) => state === "finished")
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const chosen = asked ?? (await readChoice(workspace));
  const isLatest = chosen === undefined || chosen === "latest";
  const found = isLatest ? finished[0] : finished.find(({ id }) => id.startsWith(chosen));
  const run = found ?? (asked === undefined ? finished[0] : undefined);
  if (run !== undefined) return path.join(workspace.runs, run.id);
  throw new UserError(
    asked === undefined ? "There is no finished run to talk to." : `There is no finished run ${asked}.`,
    {
      fix:
        finished.length === 0
          ? "Train one first: persona train"
          : "persona runs lists them; persona runs use RUN chooses one.",
    },
  );
}

async function readChoice({ servingFile }: Workspace): Promise<string | undefined> {
  const text = await readFile(servingFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : String(JSON.parse(text).run);
}

async function readRuns({ runs }: Workspace): Promise<RunRecord[]> {
  const names = await readdir(runs).catch(() => []);
  const records = names.map(async (name) => {
    const text = await readFile(path.join(runs, name, "run.json"), "utf8").catch(() => undefined);
    return text === undefined ? undefined : RunRecord.safeParse(JSON.parse(text)).data;
  });
  return (await Promise.all(records)).filter((record) => record !== undefined);
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { UserError } from "../errors.ts";
import type { RunRecord } from "../handoffs.ts";
import { type Workspace, writeFileAtomically } from "../workspace.ts";
import { hasEnded } from "./follow.ts";
import { listRuns, readRun, runDirectory } from "./runs.ts";

/** `data/serving.json`: which run answers, and those that answered before it, newest first. */
const Choice = z.object({ run: z.string(), before: z.array(z.string()).default([]) });
type Choice = z.infer<typeof Choice>;

const rememberedChoices = 20;

/** Chooses the run that the persona answers with. */
export async function serveRun(workspace: Workspace, run: RunRecord): Promise<void> {
  const { id, state } = run;
  if (state !== "finished" || !hasModel(workspace, id)) {
    throw new UserError(`Run ${id} is ${state}, so it has no model to serve.`, {
      fix: state === "finished" ? "persona train makes another." : howToFinish(run),
    });
  }
  const current = await servedRun(workspace);
  if (current === id) return writeChoice(workspace, { run: id, before: await readBefore(workspace) });
  const before = current === undefined ? [] : [current, ...(await readBefore(workspace))];
  await writeChoice(workspace, { run: id, before });
}

/** What an unfinished run needs to become one with a model. */
export function howToFinish(run: RunRecord): string {
  return hasEnded(run)
    ? `persona runs resume ${run.id}`
    : `Wait until it has finished: persona runs logs ${run.id} -f`;
}

/** Goes back to the run that answered before; those that are gone since are passed over. */
export async function serveRunBefore(workspace: Workspace): Promise<string> {
  const before = await readBefore(workspace);
  for (const [index, id] of before.entries()) {
    if ((await readRun(workspace, id))?.state !== "finished" || !hasModel(workspace, id)) continue;
    await writeChoice(workspace, { run: id, before: before.slice(index + 1) });
    return id;
  }
  throw new UserError("No run answered before this one.", { fix: "Choose one: persona runs use RUN" });
}

/** Id of the run that answers: the one chosen, else the newest that is finished. */
export async function servedRun(workspace: Workspace): Promise<string | undefined> {
  const chosen = (await readChoice(workspace))?.run;
  if (chosen !== undefined && (await readRun(workspace, chosen))?.state === "finished") return chosen;
  return (await listRuns(workspace)).find(({ state }) => state === "finished")?.id;
}

function hasModel(workspace: Workspace, id: string): boolean {
  const directory = runDirectory(workspace, id);
  return ["model", "model.gguf"].some((name) => existsSync(path.join(directory, name)));
}

async function readBefore(workspace: Workspace): Promise<string[]> {
  return (await readChoice(workspace))?.before ?? [];
}

async function readChoice({ servingFile }: Workspace): Promise<Choice | undefined> {
  const text = await readFile(servingFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : Choice.parse(JSON.parse(text));
}

async function writeChoice({ servingFile }: Workspace, { run, before }: Choice): Promise<void> {
  const remembered = { run, before: before.slice(0, rememberedChoices) };
  await writeFileAtomically(servingFile, `${JSON.stringify(remembered)}\n`);
}

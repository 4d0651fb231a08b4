import { existsSync } from "node:fs";
import * as z from "zod";
import { onceEach, orPassOver, type PassedOver, UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { FolderName } from "./folder-name.ts";
import { readJsonFile } from "./read-json-file.ts";
import {
  findRun,
  ggufFile,
  hasEnded,
  listRuns,
  modelDirectory,
  readRun,
  readRunManifest,
} from "./read-runs.ts";
import type { RunRecord } from "./runs.ts";

/** `data/serving.json`: which run answers, and those that answered before it, newest first. */
export const ServingChoice = z.object({ run: FolderName, before: z.array(FolderName).default([]) });
export type ServingChoice = z.infer<typeof ServingChoice>;

/**
 * The run that answers: the one chosen, else the newest that can; undefined where none can.
 *
 * Whatever is damaged on the way is passed over, and `passedOver` is told of it.
 */
export async function servedRun(
  workspace: Workspace,
  passedOver: PassedOver = () => {},
): Promise<RunRecord | undefined> {
  const told = onceEach(passedOver);
  return (await chosenRun(workspace, told)) ?? newestToServe(workspace, told);
}

async function newestToServe(workspace: Workspace, passedOver: PassedOver): Promise<RunRecord | undefined> {
  for (const run of await listRuns(workspace, passedOver)) {
    if (run.state !== "finished" || isRefinementInDoubt(run)) continue;
    const problem = await problemOfModel(workspace, run);
    if (problem === undefined) return run;
    passedOver(problem);
  }
  return undefined;
}

/** A refinement answers only once it was found better than its parent, or where somebody chose it. */
function isRefinementInDoubt({ refinement }: RunRecord): boolean {
  return refinement !== undefined && refinement.isKept !== true;
}

/**
 * The run to talk to: the one whose id starts with `asked`, else the one that answers.
 *
 * @throws UserError when that run cannot answer, or when none can.
 */
export async function runToServe(
  workspace: Workspace,
  asked: string | undefined,
  passedOver: PassedOver = () => {},
): Promise<RunRecord> {
  if (asked !== undefined && asked !== "latest") {
    const run = await findRun(workspace, asked, passedOver);
    const problem = await problemOfModel(workspace, run);
    if (problem !== undefined) throw problem;
    return run;
  }
  const run = await (asked === undefined ? servedRun : newestToServe)(workspace, passedOver);
  if (run !== undefined) return run;
  throw new UserError("There is no finished run to talk to.", { fix: "Train one first: persona train" });
}

/** Why nobody can talk to a run's model or go on from it, and what to do; undefined where one can. */
export async function problemOfModel(workspace: Workspace, run: RunRecord): Promise<UserError | undefined> {
  const { id, state } = run;
  if (state !== "finished") {
    return new UserError(`Run ${id} is ${state}, so it has no model.`, { fix: howToFinish(run) });
  }
  if (!hasModel(workspace, id)) {
    return new UserError(`Run ${id} is ${state}, but its model is gone.`, {
      fix: "persona train makes another.",
    });
  }
  return readRunManifest(workspace, id).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    },
  );
}

/** What an unfinished run needs to become one with a model. */
function howToFinish(run: RunRecord): string {
  return hasEnded(run)
    ? `persona runs resume ${run.id}`
    : `Wait until it has finished: persona runs logs ${run.id} -f`;
}

/** Which run was chosen; undefined when nobody chose, or when the file is damaged. */
export async function readServingChoice(
  { servingFile }: Workspace,
  passedOver: PassedOver = () => {},
): Promise<ServingChoice | undefined> {
  const fix = "Choose again: persona runs use RUN. Until then the newest finished run answers.";
  return orPassOver(readJsonFile(servingFile, ServingChoice, { fix }), passedOver);
}

async function chosenRun(workspace: Workspace, passedOver: PassedOver): Promise<RunRecord | undefined> {
  const choice = await readServingChoice(workspace, passedOver);
  return choice && runThatWasChosen(workspace, choice.run, passedOver);
}

/** A run that was chosen to answer, now or before; undefined where it cannot any more. */
export async function runThatWasChosen(
  workspace: Workspace,
  id: string,
  passedOver: PassedOver = () => {},
): Promise<RunRecord | undefined> {
  return orPassOver(runWithModel(workspace, id), passedOver);
}

async function runWithModel(workspace: Workspace, id: string): Promise<RunRecord | undefined> {
  const run = await readRun(workspace, id);
  const problem = run ? await problemOfModel(workspace, run) : goneSince(id);
  if (problem !== undefined) throw problem;
  return run;
}

function goneSince(id: string): UserError {
  return new UserError(`Run ${id}, which was chosen to answer, is gone.`, {
    fix: "Choose another: persona runs use RUN",
  });
}

/** Whether a run left anything that can be served or trained on. */
function hasModel(workspace: Workspace, id: string): boolean {
  return [modelDirectory(workspace, id), ggufFile(workspace, id)].some((model) => existsSync(model));
}

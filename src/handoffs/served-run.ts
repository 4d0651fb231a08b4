import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import {
  findRun,
  hasEnded,
  listRuns,
  type PassedOver,
  readRun,
  readRunManifest,
  runDirectory,
} from "./read-runs.ts";
import type { RunRecord } from "./runs.ts";

/** `data/serving.json`: which run answers, and those that answered before it, newest first. */
export const ServingChoice = z.object({ run: z.string(), before: z.array(z.string()).default([]) });
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
  const chosen = await chosenRun(workspace, passedOver);
  if (chosen !== undefined) return chosen;
  for (const run of await listRuns(workspace, passedOver)) {
    if (run.state !== "finished") continue;
    const problem = await problemOfServing(workspace, run);
    if (problem === undefined) return run;
    passedOver(problem);
  }
  return undefined;
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
    const run = await findRun(workspace, asked);
    const problem = await problemOfServing(workspace, run);
    if (problem !== undefined) throw problem;
    return run;
  }
  const run =
    asked === undefined ? await servedRun(workspace, passedOver) : await newest(workspace, passedOver);
  if (run !== undefined) return run;
  throw new UserError("There is no finished run to talk to.", { fix: "Train one first: persona train" });
}

/** Why a run cannot answer, and what to do; undefined where it can. */
export async function problemOfServing(workspace: Workspace, run: RunRecord): Promise<UserError | undefined> {
  const { id, state } = run;
  if (state !== "finished") {
    return new UserError(`Run ${id} is ${state}, so it has no model to serve.`, { fix: howToFinish(run) });
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
export function howToFinish(run: RunRecord): string {
  return hasEnded(run)
    ? `persona runs resume ${run.id}`
    : `Wait until it has finished: persona runs logs ${run.id} -f`;
}

/** Which run was chosen; undefined when nobody chose, or when the file is damaged. */
export async function readServingChoice(
  { servingFile }: Workspace,
  passedOver: PassedOver = () => {},
): Promise<ServingChoice | undefined> {
  try {
    return ServingChoice.parse(JSON.parse(await readFile(servingFile, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      passedOver(
        new UserError(`${servingFile} is damaged: the newest finished run answers.`, {
          fix: "Choose again: persona runs use RUN",
          cause: error,
        }),
      );
    }
    return undefined;
  }
}

async function chosenRun(workspace: Workspace, passedOver: PassedOver): Promise<RunRecord | undefined> {
  const choice = await readServingChoice(workspace, passedOver);
  if (choice === undefined) return undefined;
  try {
    const run = await readRun(workspace, choice.run);
    const problem = run && (await problemOfServing(workspace, run));
    if (run !== undefined && problem === undefined) return run;
    passedOver(
      problem ??
        new UserError(`Run ${choice.run}, which was chosen to answer, is gone.`, {
          fix: "Choose another: persona runs use RUN",
        }),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The list of all runs, which is read next, tells of a damaged record.
  }
  return undefined;
}

async function newest(workspace: Workspace, passedOver: PassedOver): Promise<RunRecord | undefined> {
  const runs = await listRuns(workspace, passedOver);
  return runs.find(({ id, state }) => state === "finished" && hasModel(workspace, id));
}

/** Whether a run left anything that can be served or trained on. */
function hasModel(workspace: Workspace, id: string): boolean {
  const directory = runDirectory(workspace, id);
  return ["model", "model.gguf"].some((name) => existsSync(path.join(directory, name)));
}

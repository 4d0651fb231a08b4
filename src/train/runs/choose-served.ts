import { rmdir } from "node:fs/promises";
import { type PassedOver, UserError } from "../../errors.ts";
import {
  problemOfModel,
  type RunRecord,
  readServingChoice,
  runThatWasChosen,
  type ServingChoice,
  servedRun,
} from "../../handoffs/index.ts";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";
import { updateRun } from "./runs.ts";

const rememberedChoices = 20;

/** Chooses the run that the persona answers with. */
export async function serveRun(workspace: Workspace, run: RunRecord, passedOver?: PassedOver): Promise<void> {
  const problem = await problemOfModel(workspace, run);
  if (problem !== undefined) throw problem;
  const current = (await servedRun(workspace, passedOver))?.id;
  const before = await readBefore(workspace, passedOver);
  const isNew = current !== undefined && current !== run.id;
  await writeChoice(workspace, { run: run.id, before: isNew ? [current, ...before] : before });
}

/** Goes back to the run that answered before; those that are gone or damaged since are passed over. */
export async function serveRunBefore(workspace: Workspace, passedOver?: PassedOver): Promise<RunRecord> {
  const before = await readBefore(workspace, passedOver);
  for (const [index, id] of before.entries()) {
    const run = await runThatWasChosen(workspace, id, passedOver);
    if (run === undefined) continue;
    await writeChoice(workspace, { run: id, before: before.slice(index + 1) });
    return run;
  }
  throw new UserError("No run answered before this one.", { fix: "Choose one: persona runs use RUN" });
}

/** Writes down whether a refinement answers in its parent's place, and why not. */
export async function noteRefinement(
  workspace: Workspace,
  run: RunRecord,
  verdict: Required<NonNullable<RunRecord["refinement"]>>,
): Promise<void> {
  await updateRun(workspace, run.id, { refinement: verdict });
}

async function readBefore(workspace: Workspace, passedOver?: PassedOver): Promise<string[]> {
  return (await readServingChoice(workspace, passedOver))?.before ?? [];
}

async function writeChoice({ servingFile }: Workspace, { run, before }: ServingChoice): Promise<void> {
  // Docker leaves an empty folder in the place of a file that it was told to mount; anything else stays.
  await rmdir(servingFile).catch(() => {});
  const remembered = { run, before: before.slice(0, rememberedChoices) };
  await writeFileAtomically(servingFile, `${JSON.stringify(remembered)}\n`);
}

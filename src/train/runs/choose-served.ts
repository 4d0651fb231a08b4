import { UserError } from "../../errors.ts";
import {
  problemOfServing,
  type RunRecord,
  readRun,
  readServingChoice,
  type ServingChoice,
  servedRun,
} from "../../handoffs/index.ts";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";

const rememberedChoices = 20;

/** Chooses the run that the persona answers with. */
export async function serveRun(workspace: Workspace, run: RunRecord): Promise<void> {
  const problem = await problemOfServing(workspace, run);
  if (problem !== undefined) throw problem;
  const current = (await servedRun(workspace))?.id;
  const before = await readBefore(workspace);
  const isNew = current !== undefined && current !== run.id;
  await writeChoice(workspace, { run: run.id, before: isNew ? [current, ...before] : before });
}

/** Goes back to the run that answered before; those that are gone or damaged since are passed over. */
export async function serveRunBefore(workspace: Workspace): Promise<string> {
  const before = await readBefore(workspace);
  for (const [index, id] of before.entries()) {
    const run = await readRun(workspace, id).catch(() => undefined);
    if (run === undefined || (await problemOfServing(workspace, run)) !== undefined) continue;
    await writeChoice(workspace, { run: id, before: before.slice(index + 1) });
    return id;
  }
  throw new UserError("No run answered before this one.", { fix: "Choose one: persona runs use RUN" });
}

async function readBefore(workspace: Workspace): Promise<string[]> {
  return (await readServingChoice(workspace))?.before ?? [];
}

async function writeChoice({ servingFile }: Workspace, { run, before }: ServingChoice): Promise<void> {
  const remembered = { run, before: before.slice(0, rememberedChoices) };
  await writeFileAtomically(servingFile, `${JSON.stringify(remembered)}\n`);
}

import { judgeRefinement } from "../../evaluate/index.ts";
import { type Evaluation, type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { noteRefinement, servedRun } from "../../train/index.ts";
import type { CommandContext } from "../command.ts";

/** By fewer, a share is known to some six points at best. */
const enoughReplies = 300;

/** Decides whether a refinement that was evaluated just now answers in its parent's place, and says so. */
export async function keepIfBetter(
  { terminal, workspace, passedOver }: CommandContext,
  run: RunRecord,
  evaluation: Evaluation,
): Promise<void> {
  if (run.refinement === undefined || run.parent === undefined) return;
  const parent = await readEvaluation(workspace, run.parent, passedOver);
  const verdict = parent && judgeRefinement(parent, evaluation);
  if (parent === undefined || verdict === undefined) {
    terminal.note(
      "Whether the refinement is kept is known once both were measured alike and by enough replies: " +
        `persona eval ${run.parent}, then persona eval ${run.id}`,
    );
    return;
  }
  await noteRefinement(workspace, run, verdict);
  if (!verdict.isKept) {
    terminal.note(`The refinement is not kept: ${verdict.reasons.join("; ")}.`);
    const replies = Math.min(parent.sizes.replies, evaluation.sizes.replies);
    if (replies < enoughReplies)
      terminal.note(
        `Only a large difference shows in ${replies} replies. To decide again by as many as there are: ` +
          `persona eval ${run.parent}, then persona eval ${run.id}`,
      );
    return;
  }
  const isServed = (await servedRun(workspace, passedOver))?.id === run.id;
  const use = isServed ? "it answers from now on" : `persona runs use ${run.id} lets it answer`;
  terminal.note(
    `The refinement is kept: it is told from the real one less often than run ${run.parent}; ${use}.`,
  );
}

/** What became of a refinement, in a few words; undefined for any other run. */
export function describeRefinement({ refinement, parent, state }: RunRecord): string | undefined {
  if (refinement === undefined) return undefined;
  const { isKept, reasons = [] } = refinement;
  if (isKept === undefined)
    return `refines ${parent}${state === "finished" ? "; undecided until both are evaluated" : ""}`;
  return isKept ? `refines ${parent}; kept` : `refines ${parent}; not kept: ${reasons.join("; ")}`;
}

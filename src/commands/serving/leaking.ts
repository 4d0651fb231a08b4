/** Whoever serves a run knows what was measured of it: friends can ask a model for what it learned by heart. */
import { UserError } from "../../errors.ts";
import { type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { type CommandContext, commandLine } from "../command.ts";
import { confirm } from "../confirm.ts";

const flag = "--yes to serve it without being asked";

/** Asks before a run is served to others whose evaluation found that it leaks, or cannot be read, unless that was allowed. */
export async function confirmIfLeaking(
  context: CommandContext,
  run: RunRecord,
  isAllowed: boolean,
): Promise<void> {
  const doubt = await doubtAbout(context, run);
  if (doubt === undefined) return;
  context.terminal.warn(doubt);
  if (isAllowed) return;
  await confirm("Serve it all the same?", { refused: `Run ${run.id} is not served.`, flag });
}

/** Refuses what `confirmIfLeaking` would ask about: a run that takes another's place does so while nobody may be there to answer. */
export async function refuseIfLeaking(
  context: CommandContext,
  run: RunRecord,
  isAllowed: boolean,
): Promise<void> {
  const doubt = await doubtAbout(context, run);
  if (doubt === undefined) return;
  if (!isAllowed) throw new UserError(doubt, { fix: `Choose another run, or start again with ${flag}.` });
  context.terminal.warn(doubt);
}

/** What speaks against serving a run; undefined where nothing is known to. */
async function doubtAbout(
  { terminal, workspace }: CommandContext,
  { id }: RunRecord,
): Promise<string | undefined> {
  let damage: Error | undefined;
  const evaluation = await readEvaluation(workspace, id, (problem) => {
    damage = problem;
  });
  if (damage instanceof UserError) {
    return `Whether run ${id} leaks is not known: ${damage.message} ${damage.fix}`;
  }
  if (evaluation === undefined) {
    const evaluate = commandLine(workspace, ["eval", id]);
    terminal.note(`Whether run ${id} repeats private messages was never measured. To find out: ${evaluate}`);
    return undefined;
  }
  const { verdict, reasons } = evaluation.leaks;
  return verdict === "none" ? undefined : `Run ${id} leaks: ${reasons.join("; ")}.`;
}

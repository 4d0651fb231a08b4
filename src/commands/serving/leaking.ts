/** Whoever serves a run knows what was measured of it: friends can ask a model for what it learned by heart. */
import { UserError } from "../../errors.ts";
import { type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { type CommandContext, commandLine } from "../command.ts";
import { confirm } from "../confirm.ts";

/** Asks before a run is served to others whose evaluation found that it leaks, or cannot be read, unless that was allowed. */
export async function confirmIfLeaking(
  { terminal, workspace }: CommandContext,
  { id }: RunRecord,
  isAllowed: boolean,
): Promise<void> {
  let damage: Error | undefined;
  const evaluation = await readEvaluation(workspace, id, (problem) => {
    damage = problem;
  });
  if (damage instanceof UserError) {
    terminal.warn(`Whether run ${id} leaks is not known: ${damage.message} ${damage.fix}`);
  } else if (evaluation === undefined) {
    const evaluate = commandLine(workspace, ["eval", id]);
    return terminal.note(`Nobody has measured what run ${id} gives away: ${evaluate}`);
  } else {
    const { verdict, reasons } = evaluation.leaks;
    if (verdict === "none") return;
    terminal.warn(`Run ${id} leaks: ${reasons.join("; ")}.`);
  }
  if (isAllowed) return;
  await confirm("Serve it all the same?", {
    refused: `Run ${id} is not served.`,
    flag: "--yes to serve it without being asked",
  });
}

/** Whoever serves a run knows what was measured of it: friends can ask a model for what it learned by heart. */
import { type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { type CommandContext, commandLine } from "../command.ts";
import { confirm } from "../confirm.ts";

/** Asks before a run is served to others whose evaluation found that it leaks, unless that was allowed. */
export async function confirmIfLeaking(
  { terminal, workspace, passedOver }: CommandContext,
  run: RunRecord,
  isAllowed: boolean,
): Promise<void> {
  const leaks = (await readEvaluation(workspace, run.id, passedOver))?.leaks;
  if (leaks === undefined) {
    const evaluate = commandLine(workspace, ["eval", run.id]);
    terminal.note(`Nobody has measured what run ${run.id} gives away: ${evaluate}`);
    return;
  }
  if (leaks.verdict === "none") return;
  terminal.warn(`Run ${run.id} leaks: ${leaks.reasons.join("; ")}.`);
  if (isAllowed) return;
  await confirm("Serve it all the same?", {
    refused: `Run ${run.id} is not served.`,
    flag: "--yes to serve it without being asked",
  });
}

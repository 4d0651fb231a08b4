/** Whoever serves a run knows what was measured of it: friends can ask a model for what it learned by heart. */
import { UserError } from "../../errors.ts";
import { type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { type CommandContext, commandLine } from "../command.ts";
import { confirm } from "../confirm.ts";

/** Asks before a run is served to others whose evaluation found that it leaks, or cannot be read, unless that was allowed. */
export async function confirmIfLeaking(
  context: CommandContext,
  run: RunRecord,
  isAllowed: boolean,
): Promise<void> {
  const { terminal, workspace } = context;
  const warning = await warningAbout(context, run);
  if (warning === undefined) return;
  if (warning === "unknown") {
    const evaluate = commandLine(workspace, ["eval", run.id]);
    terminal.note(`Nobody has measured what run ${run.id} gives away: ${evaluate}`);
    return;
  }
  terminal.warn(warning);
  if (isAllowed) return;
  await confirm("Serve it all the same?", {
    refused: `Run ${run.id} is not served.`,
    flag: "--yes to serve it without being asked",
  });
}

/** What an evaluation says against serving a run; undefined where it says nothing. */
async function warningAbout(
  { workspace }: CommandContext,
  { id }: RunRecord,
): Promise<string | "unknown" | undefined> {
  try {
    const leaks = (await readEvaluation(workspace, id))?.leaks;
    if (leaks === undefined) return "unknown";
    return leaks.verdict === "leaks" ? `Run ${id} leaks: ${leaks.reasons.join("; ")}.` : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `Whether run ${id} leaks is not known: ${error.message} ${error.fix}`;
  }
}

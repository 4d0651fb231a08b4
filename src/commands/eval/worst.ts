import { UserError } from "../../errors.ts";
import { findUnfinished, readWorst } from "../../evaluate/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { printable } from "../../printable.ts";
import { type CommandContext, commandLine } from "../command.ts";
import { checkIsTerminal } from "../own-eyes.ts";

/** Lists the training messages that are likeliest to come out, for the owner to take out and train again. */
export async function showWorst(
  { terminal, workspace, config }: CommandContext,
  run: RunRecord,
): Promise<void> {
  checkIsTerminal("--worst", "what people wrote");
  const worst = await readWorst(workspace, run.id);
  if (worst === undefined) {
    const unfinished = await findUnfinished(workspace, [run.id]);
    throw (
      unfinished ??
      new UserError(`Run ${run.id} has not been measured.`, {
        fix: `Measure it first: ${commandLine(workspace, ["eval", run.id])}`,
      })
    );
  }
  for (const { whose, text, before, after } of worst) {
    const chance = `${oneIn(after)}, before training ${oneIn(before)}`;
    terminal.note(`${whose.padEnd(7)}  ${printable(text, Number.POSITIVE_INFINITY)}\n         ${chance}`);
  }
  terminal.note(
    worst.length === 0
      ? "No training message is long enough to be a secret."
      : `Each is written so often when it is asked for. What must not be learned goes into ${config.prepare.redactFile}.`,
  );
}

/** `1 in 1,200`; what was never seen to happen has a bound that nobody needs to read. */
function oneIn(probability: number): string {
  if (probability < 1e-9) return "less than 1 in a billion";
  return probability >= 0.5
    ? `${Math.round(100 * probability)} in 100`
    : `1 in ${Math.round(1 / probability).toLocaleString("en")}`;
}

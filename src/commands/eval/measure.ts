import type { Chosen, evaluateChoices } from "../../choices/index.ts";
import { UserError } from "../../errors.ts";
import { evaluateRun, reportFile } from "../../evaluate/index.ts";
import { type Evaluation, type RunRecord, readEvaluation } from "../../handoffs/index.ts";
import { privateCounter } from "../../prepare/index.ts";
import { ensurePython } from "../../python.ts";
import { formatDuration, type Terminal } from "../../terminal.ts";
import { type CommandContext, interruptible } from "../command.ts";
import { readOwnList } from "../own-list.ts";
import { describeEvaluation } from "./describe.ts";

export type EvalFlags = Chosen<typeof evaluateChoices>;

/** Measures a run, and says what was found. */
export async function measureRun(context: CommandContext, run: RunRecord, flags: EvalFlags): Promise<void> {
  const evaluation = await interruptible((signal) => evaluate(context, run, flags, signal));
  context.terminal.data(evaluation);
  for (const line of describeEvaluation(evaluation)) context.terminal.note(line);
  context.terminal.note(`Pictures and samples: ${reportFile(context.workspace, run.id)}`);
}

/** The evaluation of a run that has just ended takes so much of its time, and never has less than a minute. */
const shareOfTraining = 0.15;
const leastSeconds = 60;

/** Measures a run that was trained just now, unless it was measured before; that it cannot be is no failure of the run. */
export async function measureAfterTraining(context: CommandContext, run: RunRecord): Promise<void> {
  const { terminal, workspace, passedOver } = context;
  if ((await readEvaluation(workspace, run.id, passedOver)) !== undefined) return;
  const seconds = secondsFor(run);
  terminal.note(`\nMeasuring what it has learned, in about ${formatDuration(seconds * 1000)} …`);
  // The run was the command's data.
  const quiet = { ...context, terminal: { ...terminal, data: () => {} } };
  try {
    await measureRun(quiet, run, { seconds });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.warn(`It was not measured: ${error.message} ${error.fix}`);
  }
}

function secondsFor({ startedAt, endedAt }: RunRecord): number {
  const ms = startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : 0;
  return Math.max(leastSeconds, Math.round((shareOfTraining * ms) / 1000));
}

async function evaluate(
  { terminal, workspace, config }: CommandContext,
  run: RunRecord,
  choices: EvalFlags,
  signal: AbortSignal,
): Promise<Evaluation> {
  await ensurePython(terminal.note);
  const { country } = config.prepare;
  return evaluateRun({
    workspace,
    run,
    choices,
    sampling: config.reply,
    countPrivate: privateCounter({ country, ownRules: await readOwnList(config) }),
    watcher: watchOn(terminal),
    signal,
  });
}

/** A progress line a phase. */
function watchOn(terminal: Terminal) {
  let progress = terminal.progress("evaluating");
  return {
    onPhase(name: string) {
      progress.done();
      progress = terminal.progress(name);
    },
    onProgress: (done: number, total: number) => progress.update(done, total),
    onWarning: terminal.warn,
  };
}

import type { Chosen, evaluateChoices } from "../../choices/index.ts";
import { evaluateRun, reportFile } from "../../evaluate/index.ts";
import type { Evaluation, RunRecord } from "../../handoffs/index.ts";
import { privateCounter } from "../../prepare/index.ts";
import { ensurePython } from "../../python.ts";
import type { Terminal } from "../../terminal.ts";
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

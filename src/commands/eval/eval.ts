import type { Command } from "commander";
import { addFlags, askChoices, type Chosen, evaluateChoices, promptChoices } from "../../choices/index.ts";
import { evaluateRun, reportFile } from "../../evaluate/index.ts";
import { type Evaluation, type RunRecord, runToServe } from "../../handoffs/index.ts";
import { privateCounter } from "../../prepare/index.ts";
import { ensurePython } from "../../python.ts";
import type { Terminal } from "../../terminal.ts";
import { type CommandContext, interruptible, openContext } from "../command.ts";
import { readOwnList } from "../prepare.ts";
import { type AskFlags, askForVotes } from "./ask.ts";
import { describeEvaluation } from "./describe.ts";
import { comparePrompts, type PromptFlags } from "./prompts.ts";

const examples = `
Examples:
  persona eval                  # the run that answers
  persona eval 3f2a --replies 300
  persona eval --full
  persona eval --ask --relation friend   # a blind test: which answer is the real one?
  persona eval 3f2a --prompts --with 91bc # two runs answer the same 110 questions`;

type EvalFlags = Chosen<typeof evaluateChoices>;

export function registerEval(command: Command): void {
  command.argument("[run]", "run to measure (default: the one that answers)");
  addFlags(command, evaluateChoices);
  addFlags(command.optionsGroup("Blind test:"), askChoices);
  addFlags(command.optionsGroup("Questions:"), promptChoices)
    .addHelpText("after", examples)
    .action(
      async (asked: string | undefined, flags: EvalFlags & AskFlags & PromptFlags, command: Command) => {
        const context = await openContext(command);
        const run = await runToServe(context.workspace, asked, context.passedOver);
        if (flags.ask) return askForVotes(context, run, flags);
        if (flags.prompts !== undefined) return comparePrompts(context, run, flags);
        const evaluation = await interruptible((signal) => evaluate(context, run, flags, signal));
        context.terminal.data(evaluation);
        for (const line of describeEvaluation(evaluation)) context.terminal.note(line);
        context.terminal.note(`Pictures and samples: ${reportFile(context.workspace, run.id)}`);
      },
    );
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

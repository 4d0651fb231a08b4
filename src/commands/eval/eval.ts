import type { Command } from "commander";
import {
  addFlags,
  askChoices,
  type Chosen,
  calibrateChoices,
  evaluateChoices,
  promptChoices,
  worstChoices,
} from "../../choices/index.ts";
import { runToServe } from "../../handoffs/index.ts";
import { openContext } from "../command.ts";
import type { AskFlags } from "./ask.ts";
import { refuseContradictions } from "./contradictions.ts";
import type { EvalFlags } from "./measure.ts";
import type { PromptFlags } from "./prompts.ts";

const examples = `
Examples:
  persona eval                  # the run that answers
  persona eval 3f2a --replies 300
  persona eval --full
  persona eval --calibrate      # first fit temperature and min-p to the person
  persona eval --worst          # the training messages that are likeliest to come out
  persona eval --ask --relation friend   # a blind test: which answer is the real one?
  persona eval 3f2a --prompts --with 91bc # two runs answer the same 110 questions`;

export function registerEval(command: Command): void {
  command.argument("[run]", "run to measure (default: the one that answers)");
  addFlags(command, { ...evaluateChoices, ...calibrateChoices, ...worstChoices });
  addFlags(command.optionsGroup("Blind test:"), askChoices);
  addFlags(command.optionsGroup("Questions:"), promptChoices)
    .addHelpText("after", examples)
    .action(
      async (
        asked: string | undefined,
        flags: EvalFlags & AskFlags & PromptFlags & Chosen<typeof worstChoices>,
        command: Command,
      ) => {
        refuseContradictions(flags);
        const context = await openContext(command);
        const run = await runToServe(context.workspace, asked, context.passedOver);
        // Each loads much that the others do not need: redaction, an engine.
        if (flags.worst) return (await import("./worst.ts")).showWorst(context, run);
        if (flags.ask) return (await import("./ask.ts")).askForVotes(context, run, flags);
        if (flags.prompts !== undefined)
          return (await import("./prompts.ts")).comparePrompts(context, run, flags);
        return (await import("./measure.ts")).measureRun(context, run, flags);
      },
    );
}

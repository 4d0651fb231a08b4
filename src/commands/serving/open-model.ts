/** Opens an instruction model that answers in place of a run. */
import { type Chosen, replyChoices, type Table } from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";
import {
  findModel,
  instructionSettings,
  type Manners,
  openInstructionModel,
  type Persona,
  type ReplySettings,
  silenceOf,
  timingOf,
} from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";

/** What is typed about a model that answers in place of a run. */
export const modelChoices = {
  model: replyChoices.model,
  quantization: replyChoices.quantization,
  format: replyChoices.format,
  systemPrompt: replyChoices.systemPrompt,
} as const satisfies Table;

type ReplyFlags = Chosen<typeof replyChoices>;

/** The model that was chosen to answer; undefined where a run does. */
export function chosenModel(
  { config }: CommandContext,
  { run, model }: { run?: string | undefined; model?: string | undefined },
): string | undefined {
  if (run !== undefined && model !== undefined) {
    throw new UsageError("Either a run answers, or a model.", { fix: "Leave out --run or --model." });
  }
  return run === undefined ? (model ?? config.reply.model) : undefined;
}

interface OpenOptions {
  flags: ReplyFlags;
  conversations?: number | undefined;
}

/** @throws {UserError} where there is no such model, or it cannot be loaded. */
export async function openModelHere(
  { config, workspace, terminal }: CommandContext,
  model: string,
  { flags, conversations }: OpenOptions,
): Promise<{ persona: Persona; settings: ReplySettings; manners: Manners }> {
  const settings = instructionSettings(flags, config.reply);
  const { patience, talkativeness, quantization } = settings;
  if (flags.server !== undefined) {
    throw new UsageError("An instruction model is computed here, by no server.", {
      fix: "Leave out --server, or let a run answer.",
    });
  }
  const file = await findModel(model, {
    folder: workspace.models,
    quantization: quantization ?? undefined,
    onFetching: terminal.note,
  });
  const persona = await openInstructionModel(file, { settings, conversations, warn: terminal.warn });
  terminal.note(
    `${persona.name}: ${persona.about}; ${persona.engine}. Nothing was trained here, and no guard is needed.`,
  );
  const manners = {
    timing: timingOf(undefined, { patience }),
    silence: silenceOf({ talkativeness, style: undefined, fit: undefined }),
  };
  return { persona, settings, manners };
}

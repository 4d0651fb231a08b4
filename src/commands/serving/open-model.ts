/** Serves an instruction model in place of a run. */
import { type Chosen, replyChoices, type Table } from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";
import {
  findModel,
  instructionSettings,
  type Manners,
  openInstructionModel,
  type Persona,
  type ReplySettings,
  restingModel,
  silenceOf,
  timingOf,
} from "../../serve/index.ts";
import type { CommandContext } from "../command.ts";
import { computeHere, type OpenCard } from "./computed-here.ts";
import { type Device, restsAt } from "./shared-card.ts";

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

interface ServedModel {
  persona: Persona;
  settings: ReplySettings;
  manners: Manners;
  close(): Promise<void>;
}

/**
 * A model that answers, on the GPU or beside it.
 *
 * @throws {UserError} where there is no such model, or it cannot be loaded.
 */
export async function serveModel(
  context: CommandContext,
  model: string,
  { flags, conversations }: OpenOptions,
  openCard?: OpenCard,
): Promise<ServedModel> {
  const { config, workspace, terminal } = context;
  if (flags.server !== undefined) {
    throw new UsageError("An instruction model is computed here, by no server.", {
      fix: "Leave out --server, or let a run answer.",
    });
  }
  const settings = { ...instructionSettings(flags, config.reply), server: null };
  const { patience, talkativeness, quantization } = settings;
  const file = await findModel(model, {
    folder: workspace.models,
    quantization: quantization ?? undefined,
    onFetching: terminal.note,
  });
  const { warn } = terminal;
  const open = async (who: string, place: Device | undefined) => {
    if (restsAt(place, settings)) return { persona: restingModel(who, settings.restingWords) };
    const where = place === "cpu" ? { ...settings, gpu: place } : settings;
    return { persona: await openInstructionModel(who, { settings: where, conversations, warn }) };
  };
  const here = await computeHere(context, { who: file, settings, open }, openCard);
  const { persona } = here;
  const manners = {
    timing: timingOf(undefined, { patience }),
    silence: silenceOf({ talkativeness, style: undefined, fit: undefined }),
  };
  return { persona, settings, manners, close: () => here.close() };
}

/** What people should know of a model before they talk to it. */
export function describeModel({ name, about, engine }: Persona): string {
  return `${name}: ${about}; ${engine}. Nothing was trained here, and no guard is needed.`;
}

import type { Command } from "commander";
import {
  addFlags,
  type Chosen,
  findContradiction,
  isDefault,
  trainChoices,
  trainGroups,
  type trainRequest,
} from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";
import type { Rendering, RunRecord } from "../../handoffs/index.ts";
import { readTokenizerFiles } from "../../tokenizer/index.ts";
import { usualRendering } from "../../transcript/index.ts";

/** What can be chosen about a run; the same choices stand in `persona.json`. */
export type TrainerFlags = Chosen<typeof trainChoices>;

/** Adds a flag for each choice about a run, grouped by what they are about. */
export function addTrainerFlags(command: Command): Command {
  for (const [title, table] of Object.entries(trainGroups))
    addFlags(command.optionsGroup(`${title}:`), table);
  return command;
}

/**
 * What was chosen, by flags first, `persona.json` second and the base's preset last.
 *
 * Defaults are left out, also where somebody spelled them out: a copy of the example asks for the same run as no file.
 */
export function settingsOf(
  flags: TrainerFlags,
  fromFile: TrainerFlags,
  preset: TrainerFlags = {},
): RunRecord["settings"] {
  const chosen = chooseFirst(flags, flags.lora === false ? withoutAdapters(fromFile) : fromFile, preset);
  refuseContradictions(chosen, flags);
  return Object.fromEntries(
    Object.entries(chosen).filter(
      ([name, value]) => !isDefault(trainChoices[name as keyof TrainerFlags], value),
    ),
  );
}

/** How conversations are written: as asked, else as the parent was trained, else as suits the base. */
export async function renderingOf(
  asked: Chosen<typeof trainRequest>["rendering"],
  from: { parent: Pick<RunRecord, "rendering"> | undefined; tokenizer: { directory: string } | undefined },
  note: (line: string) => void,
): Promise<Rendering> {
  if (asked !== undefined && asked !== "auto") return asked;
  if (from.parent !== undefined) return from.parent.rendering;
  return from.tokenizer ? usualRendering(await readTokenizerFiles(from.tokenizer.directory), note) : "plain";
}

function chooseFirst(...sources: TrainerFlags[]): RunRecord["settings"] {
  const { base: _apart, ...settings } = trainChoices;
  const names = Object.keys(settings) as (keyof typeof settings)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = sources.map((choices) => choices[name]).find((value) => value !== undefined);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Whoever asks for all weights at once need not take the adapters' settings out of `persona.json` first. */
function withoutAdapters(choices: TrainerFlags): TrainerFlags {
  const adapters = trainGroups["LoRA adapters"] ?? {};
  return Object.fromEntries(Object.entries(choices).filter(([name]) => !(name in adapters)));
}

function refuseContradictions(chosen: RunRecord["settings"], flags: TrainerFlags): void {
  const found = findContradiction(chosen);
  if (found === undefined) return;
  const fromFile = found.names.filter((name) => name in chosen && !(name in flags));
  const where = fromFile.map((name) => `train.${name}`).join(" and ");
  throw new UsageError(where === "" ? `${found.problem}.` : `${found.problem}; persona.json sets ${where}.`, {
    fix: found.fix,
  });
}

import type { Command } from "commander";
import {
  addFlags,
  type Chosen,
  dataSetChoices,
  leavesDays,
  prepareChoices,
  prepareRequest,
  type Settled,
  withDefaults,
} from "../../choices/index.ts";
import type { Config } from "../../config.ts";
import { UsageError } from "../../errors.ts";
import type { PrepareOptions } from "../../prepare/index.ts";

/** What `persona prepare` understands; the same choices stand in `persona.json`. */
export type PrepareFlags = Chosen<typeof prepareChoices> & Chosen<typeof prepareRequest>;

export function addPrepareFlags(command: Command): Command {
  const { persona, ...request } = prepareRequest;
  return addFlags(addFlags(addFlags(command, { persona }), prepareChoices), request);
}

/** Whose tokens the shards are made of: a folder's, those of one trained on the messages, or GPT-2's. */
export function tokenizerOf(
  { tokenizer, tokenizerName, trainTokenizer }: PrepareFlags & { tokenizerName?: string },
  { prepare }: Config,
): Pick<PrepareOptions, "tokenizerDirectory" | "tokenizerName" | "trainTokenizer"> {
  if (tokenizer === undefined) {
    const size = trainTokenizer ?? prepare.trainTokenizer;
    return size === null ? {} : { trainTokenizer: size };
  }
  if (trainTokenizer !== undefined) {
    throw new UsageError(
      "--tokenizer and --train-tokenizer cannot be combined: both choose the vocabulary.",
      {
        fix: "Leave out one of them.",
      },
    );
  }
  return { tokenizerDirectory: tokenizer, ...(tokenizerName && { tokenizerName }) };
}

/** What is to be in a data set, by flags first and `persona.json` second. */
export function choicesOf(
  flags: PrepareFlags,
  { prepare }: Config,
): Settled<typeof dataSetChoices> & Pick<PrepareOptions, "rendering"> {
  const chosen = withDefaults(dataSetChoices, flags, prepare);
  if (!leavesDays(chosen)) {
    throw new UsageError("No day is left between since and until.", {
      fix: "Choose an earlier since or a later until, which is the first day not to learn from.",
    });
  }
  const { excludeThreads = [], excludePeople = [], excludedSections = [], includedSections = [] } = flags;
  return {
    ...chosen,
    rendering: flags.rendering,
    excludeThreads: [...prepare.excludeThreads, ...excludeThreads],
    excludePeople: [...prepare.excludePeople, ...excludePeople],
    excludedSections: [...prepare.excludedSections, ...excludedSections].filter(
      (section) => !includedSections.includes(section),
    ),
  };
}

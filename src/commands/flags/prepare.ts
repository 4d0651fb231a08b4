import { type Command, Option } from "commander";
import type { Config } from "../../config.ts";
import { UsageError } from "../../errors.ts";
import type { Rendering } from "../../handoffs/index.ts";
import { type Choices, checkVocabularySize, type PrepareOptions } from "../../prepare/index.ts";
import { readDay } from "./days.ts";
import { names } from "./names.ts";
import { positive, share, shareToHoldOut, wholeNumber } from "./numbers.ts";

/** What `persona prepare` understands; the same choices stand in `persona.json`. */
export interface PrepareFlags {
  persona?: string;
  maxSilence?: number | "auto";
  holdOut?: number;
  holdOutThreads?: number;
  keepShort?: number;
  includeThread?: string[];
  includePerson?: string[];
  includeSection?: string[];
  excludeThread?: string[];
  excludePerson?: string[];
  excludeSection?: string[];
  realNames?: Choices["realNames"];
  country?: string;
  since?: number;
  until?: number;
  rendering?: Rendering;
  tokenizer?: string;
  trainTokenizer?: number;
  jobs?: number;
  dryRun?: boolean;
  show?: boolean;
}

export function addPrepareOptions(command: Command): Command {
  return command
    .option("--persona <name>", "whose voice to learn (default: the owner of the export)")
    .option(
      "--max-silence <minutes>",
      "a longer silence starts a new conversation (default: auto, each thread's own rhythm)",
      readSilence,
    )
    .option(
      "--hold-out <share>",
      "share of each thread's newest conversations kept for measuring",
      shareToHoldOut,
    )
    .option("--hold-out-threads <share>", "share of whole threads kept for measuring", shareToHoldOut)
    .option("--keep-short <share>", "share of one-word replies to learn from", share)
    .addOption(names("--include-thread <name>", "only this thread, by id or title; may be repeated"))
    .addOption(names("--include-person <name>", "only threads with this person; may be repeated"))
    .addOption(names("--include-section <name>", "learn from a section that is left out by default"))
    .addOption(names("--exclude-thread <name>", "leave a thread out; may be repeated"))
    .addOption(names("--exclude-person <name>", "leave threads with this person out; may be repeated"))
    .addOption(names("--exclude-section <name>", "leave a section out; may be repeated"))
    .option("--since <day>", "first day to learn from, such as 2018-01-31", readDay)
    .option("--until <day>", "first day not to learn from", readDay)
    .addOption(
      new Option("--real-names <what>", "what becomes of people's names").choices([
        "keep",
        "initials",
        "invented",
      ]),
    )
    .option("--country <code>", "where telephone numbers without a country code are from, such as PT")
    .addOption(
      new Option("--rendering <kind>", "plain for base models, chat for models with a chat template").choices(
        ["plain", "chat"],
      ),
    )
    .option("--tokenizer <dir>", "folder with another tokenizer.json (default: GPT-2's)")
    .addOption(trainTokenizerOption())
    .option("--jobs <count>", "threads of this machine to work on (default: all)", wholeNumber);
}

/** Shared with `persona train`, where it is for bases from scratch. */
export function trainTokenizerOption(): Option {
  return new Option(
    "--train-tokenizer <ids>",
    "train a tokeniser of so many ids on these messages, for scratch: bases",
  ).argParser((text) => checkVocabularySize(wholeNumber(text)));
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
    throw new UsageError("--tokenizer and --train-tokenizer are two vocabularies.", {
      fix: "Leave one of them out.",
    });
  }
  return { tokenizerDirectory: tokenizer, ...(tokenizerName && { tokenizerName }) };
}

/** Flags first, `persona.json` second. */
export function choicesOf(flags: PrepareFlags, { prepare }: Config): Partial<Choices> {
  const { include, exclude } = prepare;
  const since = flags.since ?? (prepare.since === null ? null : readDay(prepare.since));
  const until = flags.until ?? (prepare.until === null ? null : readDay(prepare.until));
  if (since !== null && until !== null && since >= until) {
    throw new UsageError("No day is left between since and until.", {
      fix: "Choose an earlier --since or a later --until, which is the first day not to learn from.",
    });
  }
  return {
    ...(flags.rendering && { rendering: flags.rendering }),
    maxSilenceMinutes: flags.maxSilence ?? prepare.maxSilenceMinutes,
    holdOutShare: flags.holdOut ?? prepare.holdOutShare,
    holdOutThreadShare: flags.holdOutThreads ?? prepare.holdOutThreadShare,
    neutralLabelShare: prepare.neutralLabelShare,
    keepShort: flags.keepShort ?? prepare.keepShort,
    includeThreads: flags.includeThread ?? include.threads,
    includePeople: flags.includePerson ?? include.people,
    excludeThreads: [...exclude.threads, ...(flags.excludeThread ?? [])],
    excludePeople: [...exclude.people, ...(flags.excludePerson ?? [])],
    excludedSections: [...exclude.sections, ...(flags.excludeSection ?? [])].filter(
      (section) => !flags.includeSection?.includes(section),
    ),
    since,
    until,
    optedOut: prepare.optedOut,
    realNames: flags.realNames ?? prepare.realNames,
    country: flags.country ?? prepare.country,
  };
}

function readSilence(text: string): number | "auto" {
  return text === "auto" ? text : positive(text);
}

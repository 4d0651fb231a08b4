import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { MessageStore, ShardManifest } from "../handoffs/index.ts";
import { openMessages, storeModule } from "../ingest/index.ts";
import {
  findMaskedValues,
  type PreparedShards,
  prepareShards,
  problemsWithExcluded,
  requireKnown,
  requireKnownOrForgotten,
} from "../prepare/index.ts";
import { printable } from "../printable.ts";
import { formatCount, formatPlural, type Terminal } from "../terminal.ts";
import { type CommandContext, compileLess, interruptSignal, openContext } from "./command.ts";
import { addPrepareFlags, choicesOf, type PrepareFlags, tokenizerOf } from "./flags/prepare.ts";
import { checkIsTerminal } from "./own-eyes.ts";
import { readOwnList } from "./own-list.ts";
import { tellOfOtherPrivacy } from "./stale.ts";

export type { PrepareFlags } from "./flags/prepare.ts";

const examples = `
Examples:
  persona prepare
  persona prepare --dry-run --keep-short 0.5
  persona prepare --since 2018-01-01 --exclude-person "Ben Ito"`;

export function registerPrepare(command: Command): void {
  addPrepareFlags(command)
    .addHelpText("after", examples)
    .action(async (flags: PrepareFlags, command: Command) => {
      compileLess();
      const context = await openContext(command);
      if (flags.show) return showMasked(context, flags);
      const prepared = await prepareFromStore(context, flags, interruptSignal());
      for (const line of describeShards(prepared.manifest)) context.terminal.note(line);
      context.terminal.note(outcomeOf(prepared, flags));
      const { manifest, directory, reused } = prepared;
      context.terminal.data({ directory, reused, manifest });
    });
}

async function showMasked(
  { terminal, workspace, config }: CommandContext,
  flags: PrepareFlags,
): Promise<void> {
  checkIsTerminal("--show", "private values");
  const found = await findMaskedValues(await openMessages(workspace), {
    country: flags.country ?? config.prepare.country,
    ownRules: await readOwnList(config),
  });
  for (const { kind, words, count } of found)
    terminal.note(
      `${kind.padEnd(9)} ${formatCount(count).padStart(6)} × ${printable(words, Number.POSITIVE_INFINITY)}`,
    );
  if (found.length === 0) terminal.note("Found nothing to mask.");
}

/** Prepares what the message store holds, by flags first and `persona.json` second. */
export async function prepareFromStore(
  context: CommandContext,
  flags: PrepareFlags & { tokenizerName?: string; maxConversations?: number },
  signal: AbortSignal,
): Promise<PreparedShards> {
  const { workspace, config, terminal } = context;
  const progress = terminal.progress("preparing");
  const store = await openMessages(workspace);
  checkExcluded(store, flags, config, terminal);
  const prepared = await prepareShards({
    ...choicesOf(flags, config),
    store,
    workspace,
    persona: flags.persona ?? config.persona,
    ownRules: await readOwnList(config),
    maxConversations: flags.maxConversations,
    ...tokenizerOf(flags, config),
    jobs: flags.jobs,
    storeModule: storeModule(workspace),
    dryRun: flags.dryRun,
    onProgress: (threads, total) => progress.update(threads, total, () => `${formatCount(threads)} threads`),
    note: terminal.note,
    signal,
  });
  progress.done();
  warnOfShortVocabulary(prepared.manifest, terminal);
  if (!flags.dryRun) await tellOfOtherPrivacy(context, prepared, store);
  return prepared;
}

function warnOfShortVocabulary({ tokenizer }: ShardManifest, terminal: Terminal): void {
  const { vocabularySize, trainedFor = 0 } = tokenizer;
  if (vocabularySize < trainedFor)
    terminal.warn(
      `The text gives a tokeniser of ${formatCount(vocabularySize)} ids, not ${formatCount(trainedFor)}: ` +
        "what is seen less than five times gets no id of its own.",
    );
}

/** On the command line a thread or section that is not there is an error; in `persona.json` one may be gone, or not come yet. */
function checkExcluded(
  store: MessageStore,
  flags: PrepareFlags,
  { prepare: { excludePeople, excludeThreads, excludedSections } }: Config,
  terminal: Terminal,
): void {
  const sections = [...(flags.excludedSections ?? []), ...(flags.includedSections ?? [])];
  requireKnown(store, { threads: flags.excludeThreads, people: flags.excludePeople, sections });
  requireKnownOrForgotten(store, excludePeople, "exclude.people");
  const inFile = { threads: excludeThreads, sections: excludedSections };
  for (const problem of problemsWithExcluded(store, inFile)) terminal.warn(problem);
}

function outcomeOf(
  { directory, reused, renderedThreads, manifest }: PreparedShards,
  flags: PrepareFlags,
): string {
  if (reused) return `Nothing has changed: reused ${directory}`;
  if (flags.dryRun) return "Nothing was written.";
  const kept =
    renderedThreads === 0
      ? "from threads that were rendered before"
      : `${formatPlural(renderedThreads, "thread")} rendered`;
  return `Data set ${manifest.id} (${kept}) is in ${directory}`;
}

export function describeShards({
  persona,
  splits,
  tokenizer,
  excluded,
  redactions = {},
}: ShardManifest): string[] {
  const { train, val } = splits;
  const share = Math.round((100 * train.supervisedTokens) / Math.max(1, train.tokens));
  const describe = (split: typeof train) =>
    `${formatPlural(split.conversations, "conversation")}, ${formatCount(split.turns)} turns, ${formatCount(split.tokens)} tokens`;
  return [
    `To learn: ${describe(train)}; ${share} % of the tokens are ${persona}'s words.`,
    `Held out: ${describe(val)}.`,
    ...(tokenizer.trainedFor === undefined
      ? []
      : [
          `Tokens: of a tokeniser of ${formatCount(tokenizer.vocabularySize)} ids, trained on what is to learn.`,
        ]),
    ...describeExcluded(excluded, persona),
    ...(Object.keys(redactions).length > 0 ? ["Masked:"] : []),
    ...Object.entries(redactions)
      .sort(([, a], [, b]) => b - a)
      .map(([kind, count]) => `  ${kind.padEnd(9)} ${formatCount(count).padStart(9)}`),
  ];
}

function describeExcluded(excluded: ShardManifest["excluded"], persona: string): string[] {
  const rows = Object.entries(excluded);
  const width = Math.max(...rows.map(([reason]) => reason.length));
  return rows.length === 0
    ? []
    : [
        `Left out, counting ${persona}'s messages:`,
        ...rows.map(([reason, { conversations, personaBubbles }]) => {
          const counts = [
            ...(conversations > 0 ? [formatPlural(conversations, "conversation")] : []),
            ...(personaBubbles > 0 || conversations === 0 ? [formatPlural(personaBubbles, "message")] : []),
          ];
          return `  ${reason.padEnd(width)}  ${counts.join(", ")}`;
        }),
      ];
}

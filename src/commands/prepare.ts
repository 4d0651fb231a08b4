import path from "node:path";
import type { Command } from "commander";
import type { ShardManifest } from "../handoffs.ts";
import { openMessages } from "../ingest/index.ts";
import { type PreparedShards, prepareShards } from "../prepare/index.ts";
import { formatCount, formatPlural } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import { type CommandContext, interruptSignal, openContext } from "./command.ts";
import { addPrepareOptions, choicesOf, type PrepareFlags } from "./prepare-flags.ts";

export type { PrepareFlags } from "./prepare-flags.ts";

const examples = `
Examples:
  persona prepare
  persona prepare --dry-run --keep-short 0.5
  persona prepare --since 2018-01-01 --exclude-person "Ben Ito"`;

export function registerPrepare(program: Command): void {
  const command = program
    .command("prepare")
    .description("turn the message store into shards: conversations as tokens, with what to learn marked");
  addPrepareOptions(command)
    .option("--dry-run", "count everything and write nothing")
    .addHelpText("after", examples)
    .action(async (flags: PrepareFlags, command: Command) => {
      const context = await openContext(command);
      const prepared = await prepareFromStore(context, flags, interruptSignal());
      for (const line of describeShards(prepared.manifest)) context.terminal.note(line);
      context.terminal.note(outcomeOf(prepared, flags));
      const { manifest, directory, reused } = prepared;
      context.terminal.data({ directory, reused, manifest });
    });
}

/** Prepares what the message store holds, by flags first and `persona.json` second. */
export async function prepareFromStore(
  { workspace, config, terminal }: CommandContext,
  flags: PrepareFlags & { tokenizerName?: string; maxConversations?: number },
  signal: AbortSignal,
): Promise<PreparedShards> {
  const progress = terminal.progress("preparing");
  const prepared = await prepareShards({
    ...choicesOf(flags, config),
    store: await openMessages(workspace),
    workspace,
    persona: flags.persona ?? config.persona,
    maxConversations: flags.maxConversations,
    ...(flags.tokenizer && { tokenizerDirectory: flags.tokenizer }),
    ...(flags.tokenizerName && { tokenizerName: flags.tokenizerName }),
    jobs: flags.jobs,
    worker: workerProgram(workspace),
    dryRun: flags.dryRun ?? false,
    onProgress: (threads, total) => progress.update(threads, total, `${formatCount(threads)} threads`),
    signal,
  });
  progress.done();
  return prepared;
}

/** Worker threads run compiled code; from its source, everything happens in one thread. */
function workerProgram(workspace: Workspace) {
  const url = new URL(`prepare-worker${path.extname(import.meta.url)}`, import.meta.url);
  return url.pathname.endsWith(".js") ? { url, store: workspace.root } : undefined;
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

export function describeShards({ persona, splits, excluded, redactions = {} }: ShardManifest): string[] {
  const { train, val } = splits;
  const share = Math.round((100 * train.supervisedTokens) / Math.max(1, train.tokens));
  const describe = (split: typeof train) =>
    `${formatPlural(split.conversations, "conversation")}, ${formatCount(split.turns)} turns, ${formatCount(split.tokens)} tokens`;
  return [
    `To learn: ${describe(train)}; ${share} % of the tokens are ${persona}'s words.`,
    `Held out: ${describe(val)}.`,
    ...Object.entries(excluded).map(([reason, { conversations, personaBubbles }]) => {
      const bubbles = `${formatPlural(personaBubbles, "message")} of ${persona}`;
      return conversations === 0
        ? `Left out: ${bubbles}: ${reason}.`
        : `Left out: ${formatPlural(conversations, "conversation")} (${bubbles}): ${reason}.`;
    }),
    ...Object.entries(redactions).map(([kind, count]) => `Masked: ${formatCount(count)} × ${kind}.`),
  ];
}

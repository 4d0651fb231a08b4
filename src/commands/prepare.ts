import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import type { Rendering, ShardManifest } from "../handoffs.ts";
import { openMessages } from "../ingest/index.ts";
import { type PreparedShards, prepareShards } from "../prepare/index.ts";
import { formatCount, formatPlural } from "../terminal.ts";
import { type CommandContext, interruptSignal, openContext } from "./command.ts";

const examples = `
Examples:
  persona prepare
  persona prepare --max-silence 180 --hold-out 0.1`;

export interface PrepareFlags {
  persona?: string;
  maxSilence?: number;
  holdOut?: number;
  rendering?: Rendering;
  tokenizer?: string;
}

export function registerPrepare(program: Command): void {
  program
    .command("prepare")
    .description("turn the message store into shards: conversations as tokens, with what to learn marked")
    .option("--persona <name>", "whose voice to learn (default: the owner of the export)")
    .option("--max-silence <minutes>", "a longer pause starts a new conversation", positive)
    .option("--hold-out <share>", "share of each thread's newest conversations kept for measuring", positive)
    .option(
      "--rendering <kind>",
      "plain for base models, chat for models with a chat template",
      readRendering,
    )
    .option("--tokenizer <dir>", "folder with another tokenizer.json (default: GPT-2's)")
    .addHelpText("after", examples)
    .action(async (flags: PrepareFlags, command: Command) => {
      const context = await openContext(command);
      const { manifest, directory, reused } = await prepareFromStore(context, flags, interruptSignal());
      for (const line of describeShards(manifest)) context.terminal.note(line);
      context.terminal.note(`${reused ? "Reused" : "Written to"} ${directory}`);
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
    store: await openMessages(workspace),
    workspace,
    persona: flags.persona ?? config.persona,
    maxSilenceMinutes: flags.maxSilence ?? config.prepare.maxSilenceMinutes,
    holdOutShare: flags.holdOut ?? config.prepare.holdOutShare,
    neutralLabelShare: config.prepare.neutralLabelShare,
    maxConversations: flags.maxConversations,
    ...(flags.rendering && { rendering: flags.rendering }),
    ...(flags.tokenizer && { tokenizerDirectory: flags.tokenizer }),
    ...(flags.tokenizerName && { tokenizerName: flags.tokenizerName }),
    onProgress: (threads, total) => progress.update(threads, total, `${formatCount(threads)} threads`),
    signal,
  });
  progress.done();
  return prepared;
}

export function describeShards({ persona, splits, excluded }: ShardManifest): string[] {
  const { train, val } = splits;
  const share = Math.round((100 * train.supervisedTokens) / Math.max(1, train.tokens));
  const describe = (split: typeof train) =>
    `${formatPlural(split.conversations, "conversation")}, ${formatCount(split.turns)} turns, ${formatCount(split.tokens)} tokens`;
  return [
    `To learn: ${describe(train)}; ${share} % of the tokens are ${persona}'s words.`,
    `Held out: ${describe(val)}.`,
    ...Object.entries(excluded).map(
      ([reason, { conversations, personaBubbles }]) =>
        `Left out: ${formatPlural(conversations, "conversation")} (${formatCount(personaBubbles)} messages of ${persona}): ${reason}.`,
    ),
  ];
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new UsageError(`"${text}" is not a number above 0.`, { fix: "Give a number, such as 60 or 0.05." });
}

function readRendering(text: string): Rendering {
  if (text === "plain" || text === "chat") return text;
  throw new UsageError(`There is no rendering "${text}".`, { fix: "Choose plain or chat." });
}

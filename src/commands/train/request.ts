import { type Chosen, trainChoices, type trainRequest } from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";
import { modelDirectory, type RunRecord } from "../../handoffs/index.ts";
import {
  findRun,
  problemOfModel,
  type ResolvedBase,
  type RunRequest,
  resolveBase,
} from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import { type CommandContext, interruptible } from "../command.ts";
import { describeCombination } from "../flags/sweep.ts";
import { renderingOf, settingsOf, type TrainerFlags } from "../flags/train.ts";
import { describeShards, type PrepareFlags, prepareFromStore } from "../prepare.ts";

export type TrainFlags = Omit<PrepareFlags, "rendering"> &
  TrainerFlags &
  Chosen<typeof trainRequest> & { maxConversations?: number };

/** What a run starts from: a base, or the model of another run. */
interface Start {
  base: ResolvedBase;
  parent: RunRecord | undefined;
}

/** Prepares what is stale; gives the run that is asked for. */
export async function requestFor(context: CommandContext, flags: TrainFlags): Promise<RunRequest> {
  const start = await findStart(context, flags);
  const settings = settingsFor(context, flags, start);
  return { ...(await materialFor(context, flags, start)), settings };
}

/** The same for several at once, each with flags of its own beside those of all. */
export async function requestsFor(
  context: CommandContext,
  flags: TrainFlags,
  combinations: TrainerFlags[],
): Promise<RunRequest[]> {
  const starts = new Map<string | undefined, Start>();
  for (const { base } of combinations)
    if (!starts.has(base)) starts.set(base, await findStart(context, { ...flags, ...(base && { base }) }));
  // All are checked before anything is prepared, which may take a while.
  const settings = combinations.map((combination) =>
    naming(combination, () =>
      settingsFor(context, { ...flags, ...combination }, starts.get(combination.base) as Start),
    ),
  );
  const materials = new Map<string | undefined, Omit<RunRequest, "settings">>();
  for (const [base, start] of starts)
    materials.set(base, await materialFor(context, { ...flags, ...(base && { base }) }, start));
  return combinations.map(({ base }, index) => ({
    ...(materials.get(base) as Omit<RunRequest, "settings">),
    settings: settings[index] as RunRecord["settings"],
  }));
}

/** Says which combination cannot be trained. */
function naming<T>(combination: TrainerFlags, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${describeCombination(combination)}: ${error.message}`, { fix: error.fix });
  }
}

async function findStart(context: CommandContext, flags: TrainFlags): Promise<Start> {
  const parent = await findParent(context, flags);
  const name = flags.base ?? parent?.base.name ?? context.config.train.base ?? trainChoices.base.default;
  return { base: await resolveBase(name, context.terminal.note), parent };
}

function settingsFor({ config }: CommandContext, flags: TrainFlags, { base }: Start): RunRecord["settings"] {
  return settingsOf(flags, config.train, base.lora && { lora: true });
}

async function materialFor(
  context: CommandContext,
  flags: TrainFlags,
  { base, parent }: Start,
): Promise<Omit<RunRequest, "settings">> {
  const { terminal, workspace } = context;
  const tokenizer = base.tokenizer ?? tokenizerOfParent(workspace, parent);
  if (tokenizer !== undefined && flags.trainTokenizer !== undefined) {
    throw new UsageError(`${parent ? `Run ${parent.id}` : base.name} has a vocabulary already.`, {
      fix: "Leave the tokeniser as it is, or begin from random weights: persona train --train-tokenizer --base scratch:6x6x384",
    });
  }
  const choices = {
    ...(tokenizer && { tokenizer: tokenizer.directory, tokenizerName: tokenizer.name }),
    ...flags,
    rendering: await renderingOf(flags.rendering, { parent, tokenizer }, terminal.note),
  };
  const shards = await interruptible((signal) => prepareFromStore(context, choices, signal));
  if (shards.reused) terminal.note(`Data set ${shards.manifest.id}: reused.`);
  for (const line of describeShards(shards.manifest)) terminal.note(line);
  return {
    workspace,
    manifest: shards.manifest,
    shardsDirectory: shards.directory,
    base: { name: base.name, ...(base.revision && { revision: base.revision }) },
    parent: parent?.id,
    priority: flags.priority,
  };
}

/** A model from scratch goes on with the vocabulary that its own run was trained with. */
function tokenizerOfParent(workspace: Workspace, parent: RunRecord | undefined): ResolvedBase["tokenizer"] {
  if (parent === undefined) return undefined;
  return { name: `run ${parent.id}`, directory: modelDirectory(workspace, parent.id) };
}

async function findParent(
  { workspace, terminal, passedOver }: CommandContext,
  { from, base }: TrainFlags,
): Promise<RunRecord | undefined> {
  if (from === undefined) return undefined;
  if (base !== undefined) {
    throw new UsageError("--from and --base cannot be combined: both say which weights to start from.", {
      fix: "Leave one of them out.",
    });
  }
  const parent = await findRun(workspace, from, passedOver);
  const problem = await problemOfModel(workspace, parent);
  if (problem !== undefined) throw problem;
  if (parent.stale !== undefined) terminal.warn(`Run ${parent.id} is stale: ${parent.stale.reason}.`);
  return parent;
}

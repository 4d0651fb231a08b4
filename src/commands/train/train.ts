import path from "node:path";
import type { Command } from "commander";
import {
  addFlags,
  type Chosen,
  prepareChoices,
  prepareRequest,
  trainChoices,
  trainRequest,
} from "../../choices/index.ts";
import { UsageError } from "../../errors.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { ensurePython } from "../../python.ts";
import {
  checkRequest,
  ensureWorker,
  findRun,
  problemOfModel,
  type ResolvedBase,
  requestRun,
  resolveBase,
  runDirectory,
} from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import { type CommandContext, interruptible, openContext, redisUrl } from "../command.ts";
import { measureAfterTraining } from "../eval/measure.ts";
import { addTrainerFlags, renderingOf, settingsOf, type TrainerFlags } from "../flags/train.ts";
import { describeShards, type PrepareFlags, prepareFromStore } from "../prepare.ts";
import { withServer } from "../runs/places.ts";
import { followToItsEnd } from "./follow.ts";

const examples = `
Examples:
  persona train
  persona train --base gpt2-large --epochs 2
  persona train --from 3f2a --epochs 1                 # go on from what a run has learned
  persona train --base scratch:6x6x384 --steps 2000    # no base model at all
  persona train --base scratch:6x6x384 --train-tokenizer 4096   # and a vocabulary of one's own`;

export type TrainFlags = Omit<PrepareFlags, "rendering"> &
  TrainerFlags &
  Chosen<typeof trainRequest> & { maxConversations?: number };

export function registerTrain(command: Command): void {
  const { persona } = prepareRequest;
  const { trainTokenizer } = prepareChoices;
  addFlags(command, { persona, trainTokenizer, ...trainRequest });
  addTrainerFlags(command)
    .addHelpText("after", examples)
    .action(async (flags: TrainFlags, command: Command) => {
      const context = await openContext(command);
      const run = await trainFromStore(context, flags);
      context.terminal.data(run);
      if (flags.evaluate !== false && run.state === "finished") await measureAfterTraining(context, run);
    });
}

/** Prepares, queues and follows a run; returns its record as it was left. */
export async function trainFromStore(context: CommandContext, flags: TrainFlags): Promise<RunRecord> {
  const { terminal, workspace, config } = context;
  await ensurePython(terminal.note);
  const parent = await findParent(context, flags);
  const name = flags.base ?? parent?.base.name ?? config.train.base ?? trainChoices.base.default;
  const base = await resolveBase(name, terminal.note);
  const settings = settingsOf(flags, config.train, base.lora && { lora: true });
  const tokenizer = base.tokenizer ?? tokenizerOfParent(workspace, parent);
  if (tokenizer !== undefined && flags.trainTokenizer !== undefined) {
    throw new UsageError(`${parent ? `Run ${parent.id}` : base.name} has a vocabulary already.`, {
      fix: "Leave out --train-tokenizer, or begin from random weights: --base scratch:6x6x384",
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

  return queueAndFollow(context, flags, {
    workspace,
    manifest: shards.manifest,
    shardsDirectory: shards.directory,
    base: { name: base.name, ...(base.revision && { revision: base.revision }) },
    settings,
    parent: parent?.id,
    priority: flags.priority,
  });
}

/** A model from scratch goes on with the vocabulary that its own run was trained with. */
function tokenizerOfParent(workspace: Workspace, parent: RunRecord | undefined): ResolvedBase["tokenizer"] {
  if (parent === undefined) return undefined;
  return { name: `run ${parent.id}`, directory: path.join(runDirectory(workspace, parent.id), "model") };
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

async function queueAndFollow(
  context: CommandContext,
  { detach = false, anySize = false }: TrainFlags,
  request: Parameters<typeof requestRun>[1],
): Promise<RunRecord> {
  const { terminal, workspace } = context;
  if (redisUrl() === undefined) await checkRequest(request, { anySize });
  return withServer(workspace, async (server) => {
    const { run, reused } = await requestRun(server, request);
    if (reused) {
      terminal.note(`Reused run ${run.id}: the same was trained before.`);
      return run;
    }
    await ensureWorker(server, workspace, { anySize });
    terminal.note(
      run.state === "running"
        ? `Run ${run.id} is already running; following it.`
        : `Run ${run.id} is queued; it keeps running if you close this terminal.`,
    );
    return detach ? run : followToItsEnd(context, server, run, { anySize });
  });
}

import type { Command } from "commander";
import { UserError } from "../errors.ts";
import type { RunRecord, TrainerEvent } from "../handoffs.ts";
import { ensurePython } from "../python.ts";
import { formatCount, formatDuration, formatPlural, type Terminal } from "../terminal.ts";
import {
  cancelRun,
  countWorkers,
  followRun,
  openQueueServer,
  type QueueServer,
  readRun,
  requestRun,
  resolveBase,
  startBackgroundWorker,
} from "../train/index.ts";
import type { Workspace } from "../workspace.ts";
import { type CommandContext, openContext } from "./command.ts";
import { describeShards, type PrepareFlags, prepareFromStore } from "./prepare.ts";

const examples = `
Examples:
  persona train
  persona train --base gpt2-large --epochs 2
  persona train --base scratch:6x6x384 --steps 2000    # no base model at all`;

export interface TrainFlags extends PrepareFlags {
  base?: string;
  epochs?: number;
  steps?: number;
  learningRate?: number;
  contextLength?: number;
  tokensPerStep?: number;
  microBatch?: number;
  evaluateEvery?: number;
  evaluationRows?: number;
  seed?: number;
  lora?: boolean;
  loraDropout?: number;
  detach?: boolean;
  maxConversations?: number;
}

export function registerTrain(program: Command): void {
  program
    .command("train")
    .description("prepare what is stale, queue a run and follow it; a worker starts by itself")
    .option("--base <model>", "preset (gpt2, gpt2-large, smollm2-135m, …), hub id, folder, or scratch:LxHxE")
    .option("--persona <name>", "whose voice to learn")
    .option("--epochs <n>", "passes over the data at most", Number)
    .option("--steps <n>", "optimiser steps at most, instead of epochs", Number)
    .option("--learning-rate <rate>", "peak learning rate", Number)
    .option("--context-length <tokens>", "tokens a row", Number)
    .option("--tokens-per-step <n>", "tokens an optimiser step", Number)
    .option("--micro-batch <rows>", "rows at once", Number)
    .option("--evaluate-every <steps>", "steps between two measurements on held-out words", Number)
    .option("--evaluation-rows <n>", "rows of held-out words to measure on, at most", Number)
    .option("--seed <n>", "seed of weights, order and dropout", Number)
    .option("--lora", "train low-rank adapters instead of all weights")
    .option("--lora-dropout <share>", "of the adapters' inputs", Number)
    .option("--detach", "queue it and return")
    .addHelpText("after", examples)
    .action(async (flags: TrainFlags, command: Command) => {
      const context = await openContext(command);
      const run = await trainFromStore(context, flags);
      context.terminal.data(run);
    });
}

/** Prepares, queues and follows a run; returns its record as it was left. */
export async function trainFromStore(context: CommandContext, flags: TrainFlags): Promise<RunRecord> {
  const { terminal, workspace, config } = context;
  await ensurePython(terminal.note);
  const base = await resolveBase(flags.base ?? config.train.base, terminal.note);
  const shards = await prepareFromStore(
    context,
    {
      tokenizer: base.tokenizerDirectory,
      tokenizerName: base.tokenizerName,
      rendering: base.rendering,
      ...flags,
    },
    new AbortController().signal,
  );
  if (shards.reused) terminal.note(`Data set ${shards.manifest.id}: reused.`);
  for (const line of describeShards(shards.manifest)) terminal.note(line);

  const server = await openQueueServer({ redisUrl: process.env.REDIS_URL, workspace });
  try {
    const { run, reused } = await requestRun(server, {
      workspace,
      manifest: shards.manifest,
      shardsDirectory: shards.directory,
      base: { name: base.name, ...(base.revision && { revision: base.revision }) },
      settings: settingsOf(flags, config.train),
    });
    if (reused) {
      terminal.note(`Reused run ${run.id}: the same was trained before.`);
      return run;
    }
    if ((await countWorkers(server)) === 0) await startBackgroundWorker(workspace, process.argv[1] as string);
    terminal.note(`Run ${run.id} is in the queue; it goes on when this terminal closes.`);
    return flags.detach ? run : await follow(context, server, run);
  } finally {
    await server.close();
  }
}

const settingNames = [
  "epochs",
  "steps",
  "learningRate",
  "contextLength",
  "tokensPerStep",
  "microBatch",
  "evaluateEvery",
  "evaluationRows",
  "seed",
  "lora",
  "loraDropout",
] as const;

/** Only what was set: the defaults are the trainer's. */
function settingsOf(flags: TrainFlags, config: CommandContext["config"]["train"]): RunRecord["settings"] {
  const chosen = { ...config, ...flags } as Record<string, RunRecord["settings"][string] | undefined>;
  const entries = settingNames.map((name) => [name, chosen[name]] as const);
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [(typeof entry)[0], string | number | boolean] => entry[1] !== undefined,
    ),
  );
}

async function follow(
  { terminal, workspace }: CommandContext,
  server: QueueServer,
  run: RunRecord,
): Promise<RunRecord> {
  const interrupt = new AbortController();
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
    void onInterrupt(terminal, server, workspace, run.id);
  };
  process.on("SIGINT", stop);
  try {
    await showEvents(terminal, followRun(workspace, run.id, { server }));
  } finally {
    process.off("SIGINT", stop);
  }
  const ended = (await readRun(workspace, run.id)) as RunRecord;
  if (ended.state === "failed") {
    throw new UserError(`Run ${run.id} failed: ${ended.failure?.reason}`, {
      fix: ended.failure?.fix ?? "persona runs show",
    });
  }
  if (interrupt.signal.aborted) process.exitCode = 130;
  return ended;
}

/** Ctrl-C: on a terminal the person chooses; a script's run is saved and stopped. */
async function onInterrupt(
  terminal: Terminal,
  server: QueueServer,
  workspace: Workspace,
  id: string,
): Promise<void> {
  if (process.stdin.isTTY && (await askToLeave(terminal))) {
    terminal.note(`Run ${id} goes on. Follow it: persona runs logs ${id} -f`);
    process.exit(0);
  }
  terminal.note(`Saving; persona runs resume ${id} goes on from here. Ctrl-C again leaves at once.`);
  const run = await readRun(workspace, id);
  if (run !== undefined) await cancelRun(server, workspace, run).catch(() => {});
}

async function askToLeave(terminal: Terminal): Promise<boolean> {
  terminal.note("Stop following only (f), or save and stop the run (s)?");
  process.stdin.setRawMode(true);
  const key = await new Promise<Buffer>((resolve) => process.stdin.once("data", resolve));
  process.stdin.setRawMode(false);
  process.stdin.pause();
  return key.toString().toLowerCase() === "f";
}

/** Shows a run's events: a bar for the steps, a line for everything else. */
export async function showEvents(terminal: Terminal, events: AsyncIterable<TrainerEvent>): Promise<void> {
  const progress = terminal.progress("training");
  for await (const event of events) {
    terminal.data(event);
    if (event.type === "step") {
      const detail = `step ${event.step}/${event.totalSteps}, loss ${event.loss.toFixed(3)}, ${formatCount(Math.round(event.tokensPerSecond))} tok/s`;
      progress.update(event.step, event.totalSteps, detail);
    } else {
      const line = describeEvent(event);
      if (line !== undefined) terminal.note(line);
    }
  }
  progress.done();
}

function describeEvent(event: TrainerEvent): string | undefined {
  switch (event.type) {
    case "plan":
      return (
        `Plan: ${formatCount(event.steps)} steps of ${event.accumulation} × ${event.microBatch} rows of ${event.contextLength} tokens, ` +
        `${event.precision} on ${event.device}; ${formatCount(event.trainableParameters)} of ${formatCount(event.parameters)} weights are trained.`
      );
    case "evaluation":
      return `Step ${event.step}: held-out loss ${event.loss.toFixed(3)}${event.isBest && event.step > 0 ? ", the best so far" : ""}`;
    case "phase":
      return `${event.name[0]?.toUpperCase()}${event.name.slice(1)} …`;
    case "warning":
      return `! ${event.message}`;
    case "finished":
      return `${event.stopped ? "Stopped" : "Finished"} after ${formatPlural(event.steps, "step")} in ${formatDuration(event.seconds * 1000)}; best held-out loss ${event.bestLoss.toFixed(3)} at step ${event.bestStep}.`;
    case "failed":
      return `Failed: ${event.reason}`;
    default:
      return undefined;
  }
}

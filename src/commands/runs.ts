import type { Command } from "commander";
import type { RunRecord } from "../handoffs.ts";
import {
  cancelRun,
  countWorkers,
  findRun,
  followRun,
  listRuns,
  openQueueServer,
  type QueueServer,
  readEvents,
  resumeRun,
  serveRun,
  startBackgroundWorker,
} from "../train/index.ts";
import type { Workspace } from "../workspace.ts";
import { openContext } from "./command.ts";
import { showEvents } from "./train.ts";

const examples = `
Examples:
  persona runs
  persona runs logs latest -f
  persona runs use 3f2a        # a few letters of an id are enough`;

export function registerRuns(program: Command): void {
  const runs = program
    .command("runs")
    .description("list the runs; show, follow, stop, resume them, and choose the one that answers")
    .addHelpText("after", examples)
    .action(async (_options: unknown, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const all = await listRuns(workspace);
      terminal.data(all);
      if (all.length === 0) terminal.note("There are no runs yet: persona train");
      else for (const line of table(all)) terminal.note(line);
    });

  runs
    .command("show <run>")
    .description("everything about one run")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const run = await findRun(workspace, id);
      const events = await readEvents(workspace, run.id);
      terminal.data({ ...run, events });
      for (const line of describeRun(run)) terminal.note(line);
      await showEvents(
        { ...terminal, data: () => {} },
        asStream(events.filter(({ type }) => type !== "step")),
      );
    });

  runs
    .command("logs <run>")
    .description("what a run says; -f goes on until it ends")
    .option("-f, --follow", "wait for more")
    .action(async (id: string, { follow = false }: { follow?: boolean }, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const run = await findRun(workspace, id);
      const events = follow ? followRun(workspace, run.id) : asStream(await readEvents(workspace, run.id));
      await showEvents(terminal, events);
    });

  runs
    .command("cancel <run>")
    .description("stop a run that waits or runs; its checkpoint stays")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const run = await findRun(workspace, id);
      await withServer(workspace, (server) => cancelRun(server, workspace, run));
      terminal.note(
        `Run ${run.id} is told to stop. persona runs resume ${run.id} goes on from its checkpoint.`,
      );
    });

  runs
    .command("resume <run>")
    .description("put a stopped or failed run back into the queue")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const run = await findRun(workspace, id);
      await withServer(workspace, async (server) => {
        await resumeRun(server, workspace, run);
        if ((await countWorkers(server)) === 0)
          await startBackgroundWorker(workspace, process.argv[1] as string);
      });
      terminal.note(`Run ${run.id} is in the queue. Follow it: persona runs logs ${run.id} -f`);
    });

  runs
    .command("use <run>")
    .description("answer with this run from now on")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const run = await findRun(workspace, id);
      await serveRun(workspace, run);
      terminal.note(`Run ${run.id} (${run.base.name}) answers from now on.`);
    });
}

async function withServer(workspace: Workspace, work: (server: QueueServer) => Promise<void>): Promise<void> {
  const server = await openQueueServer({ redisUrl: process.env.REDIS_URL, workspace });
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

async function* asStream<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

function* table(runs: RunRecord[]): Generator<string> {
  yield "run         state      held-out loss    base                          asked for";
  for (const { id, state, heldOutLoss, base, createdAt } of runs) {
    const loss = heldOutLoss ? `${heldOutLoss.before.toFixed(3)} → ${heldOutLoss.best.toFixed(3)}` : "–";
    yield `${id}  ${state.padEnd(9)}  ${loss.padEnd(15)}  ${base.name.slice(-28).padEnd(28)}  ${createdAt.slice(0, 16).replace("T", " ")}`;
  }
}

function* describeRun(run: RunRecord): Generator<string> {
  yield `Run ${run.id}: ${run.state}${run.attempt > 1 ? `, attempt ${run.attempt}` : ""}`;
  yield `  persona   ${run.persona}`;
  yield `  base      ${run.base.name}${run.base.revision ? ` at ${run.base.revision.slice(0, 12)}` : ""}`;
  yield `  data set  ${run.dataset}`;
  yield `  settings  ${JSON.stringify(run.settings)}`;
  if (run.worker) yield `  worker    ${run.worker}`;
  if (run.heldOutLoss) {
    const { before, best, bestStep } = run.heldOutLoss;
    yield `  held-out loss ${before.toFixed(3)} before, ${best.toFixed(3)} at step ${bestStep}`;
  }
  if (run.failure) {
    yield `  failed    ${run.failure.reason}`;
    yield `  fix       ${run.failure.fix}`;
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import type { Terminal } from "../../terminal.ts";
import { cancelRun, ensureWorker, followRun, type QueueServer, readRun } from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { CommandContext } from "../command.ts";
import { showEvents } from "../runs/event-lines.ts";

const lookForWorkersMs = 10_000;

/** Shows a run until it ends; Ctrl-C leaves it or stops it. Gives its record as it was left. */
export async function followToItsEnd(
  { terminal, workspace }: CommandContext,
  server: QueueServer,
  run: RunRecord,
  { anySize = false } = {},
): Promise<RunRecord> {
  const interrupt = new AbortController();
  const over = new AbortController();
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
    void onInterrupt(terminal, server, workspace, run.id);
  };
  process.on("SIGINT", stop);
  const isWaiting = async () => (await readRun(workspace, run.id))?.state !== "paused";
  keepAWorker(server, workspace, isWaiting, { anySize, over: over.signal }).catch(() => {});
  try {
    await showEvents(terminal, followRun(workspace, run.id, { server }));
  } finally {
    process.off("SIGINT", stop);
    over.abort();
  }
  const ended = (await readRun(workspace, run.id)) as RunRecord;
  throwIfBad(ended);
  if (ended.state !== "finished")
    terminal.note(`Run ${run.id} is ${ended.state}: persona runs resume ${run.id}`);
  if (interrupt.signal.aborted) process.exitCode = 130;
  return ended;
}

/** A worker that was just leaving, or died, is replaced: a run must not wait for nobody while somebody watches. */
export async function keepAWorker(
  server: QueueServer,
  workspace: Workspace,
  isWaiting: () => Promise<boolean>,
  { anySize, over }: { anySize: boolean; over: AbortSignal },
): Promise<void> {
  while (!over.aborted) {
    await sleep(lookForWorkersMs, undefined, { signal: over }).catch(() => {});
    if (!over.aborted && (await isWaiting())) await ensureWorker(server, workspace, { anySize });
  }
}

function throwIfBad({ id, state, failure }: RunRecord): void {
  if (failure === undefined || (state !== "failed" && state !== "paused")) return;
  throw new UserError(`Run ${id} ${state === "failed" ? "failed" : "is paused"}: ${failure.reason}`, {
    fix: failure.fix,
  });
}

/** Ctrl-C: on a terminal the person chooses; a script's run is saved and stopped. */
async function onInterrupt(
  terminal: Terminal,
  server: QueueServer,
  workspace: Workspace,
  id: string,
): Promise<void> {
  if (process.stdin.isTTY && (await askToLeave(terminal, "the run"))) {
    terminal.note(`Run ${id} goes on. Follow it: persona runs logs ${id} -f`);
    process.exit(0);
  }
  terminal.note(
    `Saving; persona runs resume ${id} continues from here. Press Ctrl-C again to leave at once.`,
  );
  const run = await readRun(workspace, id);
  if (run !== undefined) await cancelRun(server, workspace, run).catch(() => {});
}

export async function askToLeave(terminal: Terminal, what: string): Promise<boolean> {
  terminal.note(`Stop following only (f), or save and stop ${what} (s)?`);
  process.stdin.setRawMode(true);
  const key = await new Promise<Buffer>((resolve) => process.stdin.once("data", resolve));
  process.stdin.setRawMode(false);
  process.stdin.pause();
  return key.toString().toLowerCase() === "f";
}

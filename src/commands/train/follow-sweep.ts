import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded, type RunRecord } from "../../handoffs/index.ts";
import { formatPercent, type Terminal } from "../../terminal.ts";
import {
  advanceSweep,
  bestFirst,
  pauseRun,
  type QueueServer,
  readSweep,
  runsOfSweep,
  type Sweep,
  workDone,
} from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { CommandContext } from "../command.ts";
import { askToLeave, keepAWorker } from "./follow.ts";

const pollMs = 1000;

/** Shows a sweep until nothing of it is left to do; false when Ctrl-C has saved and stopped all of its runs. */
export async function followSweep(
  { terminal, workspace }: CommandContext,
  server: QueueServer,
  { id }: Sweep,
  { anySize = false } = {},
): Promise<boolean> {
  const interrupt = new AbortController();
  const over = new AbortController();
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(130);
    void onInterrupt(terminal, id, interrupt);
  };
  process.on("SIGINT", stop);
  const isWaiting = async () => (await openRuns(workspace, id)).length > 0;
  keepAWorker(server, workspace, isWaiting, { anySize, over: over.signal }).catch(() => {});
  try {
    await watch(terminal, server, workspace, id, interrupt.signal);
  } finally {
    process.off("SIGINT", stop);
    over.abort();
  }
  if (interrupt.signal.aborted) process.exitCode = 130;
  return !interrupt.signal.aborted;
}

async function watch(
  terminal: Terminal,
  server: QueueServer,
  workspace: Workspace,
  id: string,
  interrupted: AbortSignal,
): Promise<void> {
  const teller = new Teller(terminal);
  const startedAt = Date.now();
  const progress = terminal.progress(id);
  let before: number | undefined;
  let shown = 0;
  for (;;) {
    // A worker does the same; it may have been killed just before it did.
    if (!interrupted.aborted) await advanceSweep(server, workspace, id);
    else
      for (const run of await openRuns(workspace, id)) await pauseRun(server, workspace, run).catch(() => {});
    const sweep = await readSweep(workspace, id);
    if (sweep === undefined) break;
    const runs = await runsOfSweep(workspace, sweep);
    if (!interrupted.aborted) teller.tell(sweep, runs);
    if (runs.every(hasEnded)) break;
    const { done, total } = await workDone(server, sweep, runs);
    before ??= done;
    // A run that was killed goes back to its checkpoint.
    shown = Math.max(shown, done);
    const pace = (Date.now() - startedAt) / (shown - before);
    const leftMs = Number.isFinite(pace) ? pace * (total - shown) : undefined;
    progress.update(shown, total, () => trainingNow(runs), leftMs);
    await sleep(pollMs);
  }
  progress.done();
}

/** Says what is new of a sweep, each thing once. */
class Teller {
  readonly #terminal: Terminal;
  readonly #told = new Map<string, string>();
  #decisions = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  tell(sweep: Sweep, runs: RunRecord[]): void {
    for (const decision of sweep.decisions.slice(this.#decisions)) {
      const { share } = sweep.rungs[this.#decisions] ?? { share: 1 };
      for (const line of describeDecision(decision, share)) this.#terminal.note(line);
      this.#decisions++;
    }
    for (const run of runs) {
      const line = describeEnd(run);
      if (line === undefined || this.#told.get(run.id) === line) continue;
      this.#told.set(run.id, line);
      this.#terminal.note(line);
    }
  }
}

function* describeDecision(
  { figures, dropped }: Sweep["decisions"][number],
  share: number,
): Generator<string> {
  const place = `At ${formatPercent(share)} of their steps`;
  if (Object.keys(figures).length === 0) {
    yield `${place} no run is dropped: there are no figures of the same held-out words.`;
    return;
  }
  yield `${place}, in bits a byte of the persona's held-out words:`;
  for (const run of bestFirst(figures))
    yield `  ${run}  ${figures[run]?.toFixed(3) ?? "not measured"}${dropped.includes(run) ? "  dropped" : ""}`;
}

function describeEnd({ id, state, failure, sweep, personaBitsPerByte }: RunRecord): string | undefined {
  if (state === "finished") {
    const bits =
      personaBitsPerByte &&
      `: ${personaBitsPerByte.before.toFixed(3)} → ${personaBitsPerByte.best.toFixed(3)}`;
    return `Run ${id} has finished${bits ?? ""}.`;
  }
  if (state === "failed")
    return `Run ${id} failed, and the others go on: ${failure?.reason}\n  Fix: ${failure?.fix}`;
  if (state === "cancelled") return `Run ${id} is cancelled, and the others go on.`;
  if (state !== "paused" || sweep?.waitsAt !== undefined) return undefined;
  return `Run ${id} is paused, and the others wait for it: persona runs resume ${id}, or cancel it.`;
}

function trainingNow(runs: RunRecord[]): string {
  const running = runs.filter(({ state }) => state === "running").map(({ id }) => id);
  return running.length > 0 ? `training ${running.join(", ")}` : "waiting for a worker";
}

async function openRuns(workspace: Workspace, id: string): Promise<RunRecord[]> {
  const sweep = await readSweep(workspace, id);
  return sweep === undefined ? [] : (await runsOfSweep(workspace, sweep)).filter((run) => !hasEnded(run));
}

/** On a terminal the person chooses; a script's sweep is saved and stopped. */
async function onInterrupt(terminal: Terminal, id: string, interrupt: AbortController): Promise<void> {
  if (process.stdin.isTTY && (await askToLeave(terminal, "the sweep"))) {
    terminal.note(`${id} goes on. The same command follows it again.`);
    process.exit(0);
  }
  interrupt.abort();
  terminal.note("Saving; the same command goes on from here. Press Ctrl-C again to leave at once.");
}

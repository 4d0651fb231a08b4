import path from "node:path";
import { trainRequest } from "../../choices/index.ts";
import { UserError } from "../../errors.ts";
import { rankRuns } from "../../evaluate/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { ensurePython } from "../../python.ts";
import { formatPercent, formatPlural, formatRoughDuration } from "../../terminal.ts";
import {
  checkRequest,
  ensureWorker,
  expectSeconds,
  planSweep,
  requestSweep,
  runsOfSweep,
  type Sweep,
  type SweepPlan,
  sweepDirectory,
  wholeRuns,
} from "../../train/index.ts";
import { type CommandContext, redisUrl } from "../command.ts";
import { measureAfterTraining } from "../eval/measure.ts";
import { readCombinations } from "../flags/sweep.ts";
import { requireServer, withServer } from "../runs/places.ts";
import { describeRanking, pageName, readCompared, writePage } from "../runs/ranking.ts";
import { followSweep } from "./follow-sweep.ts";
import { requestsFor, type TrainFlags } from "./request.ts";

/** `persona train --sweep`: a run for each combination, the worse ones dropped on the way, the rest compared on a page. */
export async function trainSweep(context: CommandContext, flags: TrainFlags, words: string[]): Promise<void> {
  const { terminal, workspace } = context;
  const { maxRuns = trainRequest.maxRuns.default, anySize = false } = flags;
  const combinations = readCombinations(words, flags, maxRuns);
  await requireServer(workspace);
  await ensurePython(terminal.note);
  const requests = await requestsFor(context, flags, combinations);
  const plan = planSweep(requests);
  terminal.note(await describePlan(plan));
  if (redisUrl() === undefined)
    for (const request of plan.requests.values()) await checkRequest(request, { anySize });

  const { sweep, isOver } = await queueAndFollow(context, flags, plan);
  if (isOver) return conclude(context, flags, sweep);
  terminal.data({ sweep: sweep.id, runs: await runsOfSweep(workspace, sweep) });
}

async function queueAndFollow(
  context: CommandContext,
  { anySize = false, detach = false }: TrainFlags,
  plan: SweepPlan,
): Promise<{ sweep: Sweep; isOver: boolean }> {
  const { terminal, workspace } = context;
  return withServer(workspace, async (server) => {
    const sweep = await requestSweep(server, workspace, plan);
    await ensureWorker(server, workspace, { anySize });
    terminal.note(
      `${sweep.id} is queued; it keeps running if you close this terminal. The same command follows it again.`,
    );
    return { sweep, isOver: !detach && (await followSweep(context, server, sweep, { anySize })) };
  });
}

/** Measures the runs that went to their end, and compares all. */
async function conclude(
  context: CommandContext,
  { evaluate = true }: TrainFlags,
  sweep: Sweep,
): Promise<void> {
  const { terminal, workspace } = context;
  const runs = await runsOfSweep(workspace, sweep);
  const finished = runs.filter(({ state }) => state === "finished");
  if (finished.length === 0) throw noneFinished(sweep, runs);
  if (evaluate) for (const run of finished) await measureAfterTraining(context, run);
  const compared = await readCompared(context, runs);
  const ranking = rankRuns(compared);
  for (const line of describeRanking(compared, ranking)) terminal.note(line);
  const page = await writePage(path.join(sweepDirectory(workspace, sweep.id), pageName), compared);
  terminal.data({ sweep: sweep.id, runs, ranking, page });
  terminal.note(`All of them on a page: ${page}`);
  if (ranking[0] !== undefined) terminal.note(`Answer with the best: persona runs use ${ranking[0].id}`);
}

function noneFinished({ id }: Sweep, runs: RunRecord[]): UserError {
  const failed = runs.find(({ failure }) => failure !== undefined);
  if (failed?.failure === undefined) {
    const paused = runs.find(({ state, sweep }) => state === "paused" && sweep?.waitsAt === undefined);
    return new UserError(`No run of ${id} has finished: its runs were stopped.`, {
      fix: `Let them go on: persona runs resume ${paused?.id ?? runs[0]?.id}`,
    });
  }
  return new UserError(`No run of ${id} has finished; run ${failed.id}: ${failed.failure.reason}`, {
    fix: failed.failure.fix,
  });
}

/** How much work it is, and how long that takes where it is known. */
async function describePlan({ id, rungs, requests }: SweepPlan): Promise<string> {
  const count = requests.size;
  const whole = wholeRuns(count, rungs);
  const seconds = await expectSeconds([...requests.values()]);
  const stages = rungs.map(({ share, keep }) => `the best ${keep} from ${formatPercent(share)}`);
  const halving = stages.length === 0 ? "" : `; ${stages.join(", ")} of their steps on`;
  const time =
    seconds === undefined
      ? "How long that takes is known once the first has made some steps."
      : `About ${formatRoughDuration((seconds * whole) / count)} of training, one after the other.`;
  return `${id}: ${formatPlural(count, "run")}${halving}, which is the work of ${Number(whole.toFixed(1))} whole ones. ${time}`;
}

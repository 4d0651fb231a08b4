import type { Command } from "commander";
import type { PassedOver } from "../../errors.ts";
import { formatMeasure } from "../../evaluate/index.ts";
import type { RunRecord, TrainerEvent } from "../../handoffs/index.ts";
import { formatCount, formatDuration, type Terminal } from "../../terminal.ts";
import { findRun, formatGigabytes, listRuns, measure, readEvents, servedRun } from "../../train/index.ts";
import type { Workspace } from "../../workspace.ts";
import { openContext } from "../command.ts";
import { describeRefinement } from "../eval/refinement.ts";
import { drawCurve, type Points } from "./chart.ts";
import { describeEvent } from "./event-lines.ts";
import { describePlace } from "./list.ts";

/** `persona runs show`: what a run is, where it comes from, what it said, and its curves. */
export async function showAction(prefix: string, _options: unknown, command: Command): Promise<void> {
  const { terminal, workspace, passedOver } = await openContext(command);
  const run = await findRun(workspace, prefix, passedOver);
  const events = await readEvents(workspace, run.id, { isFinished: run.state === "finished", passedOver });
  const lineage = await describeLineage(workspace, run, passedOver);
  terminal.data({ ...run, events });
  for (const line of describeRun(run)) terminal.note(line);
  for (const line of lineage) terminal.note(line);
  for (const line of describePace(run, events)) terminal.note(line);
  showCurves(terminal, events);
  for (const event of events) {
    const line = event.type === "step" ? undefined : describeEvent(event);
    if (line !== undefined) terminal.note(line);
  }
}

function* describeRun(run: RunRecord): Generator<string> {
  yield `Run ${run.id}: ${run.state}${run.attempt > 1 ? `, attempt ${run.attempt}` : ""}`;
  if (run.stale) yield `  stale     ${run.stale.reason} (${run.stale.at.slice(0, 10)})`;
  yield `  persona   ${run.persona}`;
  yield `  settings  ${JSON.stringify(run.settings)}`;
  if (run.sweep) yield `  sweep     ${describePlace(run.sweep)} (persona runs compare ${run.sweep.id})`;
  if (run.worker) yield `  worker    ${run.worker}${run.slot ? ` on ${run.slot}` : ""}`;
  if (run.heldOutLoss) {
    const { before, best, bestStep } = run.heldOutLoss;
    yield `  held-out loss ${before.toFixed(3)} before, ${best.toFixed(3)} at step ${bestStep}`;
  }
  yield* describeWords(run);
  if (run.adapter) yield `  adapter   ${describeAdapter(run.adapter)}`;
  if (run.failure) {
    yield `  failed    ${run.failure.reason}`;
    yield `  fix       ${run.failure.fix}`;
  }
}

function describeAdapter(adapter: NonNullable<RunRecord["adapter"]>): string {
  return "missing" in adapter
    ? `none, served from its merged model: ${adapter.missing}`
    : `${formatGigabytes(adapter.bytes)}, over base ${adapter.base}`;
}

/** What words alone cost, and how much of the difference is the persona's own. */
function* describeWords({
  personaBitsPerByte,
  othersBitsPerByte,
  specificity,
}: RunRecord): Generator<string> {
  for (const [whose, bits] of [
    ["the persona's words", personaBitsPerByte],
    ["others' words", othersBitsPerByte],
  ] as const) {
    if (bits) yield `  bits/byte ${bits.before.toFixed(3)} before, ${bits.best.toFixed(3)} after: ${whose}`;
  }
  if (specificity) {
    const points = formatMeasure({ value: specificity, unit: "points" });
    yield `  specificity ${points}: gain on the persona's words less that on others'`;
  }
}

/** From what the run was made, and what was made of it. */
async function describeLineage(
  workspace: Workspace,
  run: RunRecord,
  passedOver: PassedOver,
): Promise<string[]> {
  const { id, base, dataset, parent } = run;
  const refinement = describeRefinement(run);
  const children = (await listRuns(workspace))
    .filter((other) => other.parent === id)
    .map((child) => child.id);
  const isServed = (await servedRun(workspace, passedOver))?.id === id;
  return [
    `  data set  ${dataset}`,
    `  base      ${base.name}${base.revision ? ` at ${base.revision.slice(0, 12)}` : ""}`,
    ...(parent ? [`  parent    run ${parent}`] : []),
    ...(refinement === undefined ? [] : [`  outcome   ${refinement}`]),
    ...(children.length > 0 ? [`  children  ${children.map((child) => `run ${child}`).join(", ")}`] : []),
    `  served by ${isServed ? "persona chat and persona bot" : `nothing (persona runs use ${id})`}`,
  ];
}

function* describePace(run: RunRecord, events: TrainerEvent[]): Generator<string> {
  const { step, totalSteps, tokensPerSecond, secondsLeft } = measure(events);
  if (step !== undefined && totalSteps !== undefined) {
    const rate = tokensPerSecond ? `, ${formatCount(Math.round(tokensPerSecond))} tok/s` : "";
    const left = secondsLeft && run.state === "running" ? `, ${formatDuration(secondsLeft)} left` : "";
    yield `  progress  step ${step} of ${totalSteps}${rate}${left}`;
  }
  if (run.eventLoopDelayMs) {
    const { p99, max } = run.eventLoopDelayMs;
    yield `  worker's timers late by ${p99} ms (99 of 100), ${max} ms at most`;
  }
}

function showCurves(terminal: Terminal, events: TrainerEvent[]): void {
  const losses: Points = events.flatMap((event) => (event.type === "step" ? [[event.step, event.loss]] : []));
  const heldOut: Points = events.flatMap((event) =>
    event.type === "evaluation" ? [[event.step, event.loss]] : [],
  );
  for (const [title, points] of [
    ["loss by step", losses],
    ["held-out loss by step", heldOut],
  ] as const) {
    const lines = drawCurve(points);
    if (lines.length > 0) terminal.note(`\n  ${title}`);
    for (const line of lines) terminal.note(line);
  }
}

import type { Command } from "commander";
import type { UserError } from "../../errors.ts";
import { compareEvaluations } from "../../evaluate/index.ts";
import { type Evaluation, type RunRecord, readEvaluation, type TrainerEvent } from "../../handoffs/index.ts";
import { formatCount, formatDuration } from "../../terminal.ts";
import { findRun, measure, readEvents } from "../../train/index.ts";
import { openContext } from "../command.ts";
import { describeComparison } from "./evaluations.ts";

/** `persona runs compare`: what was asked differently, what came of it, and whether that is a real difference. */
export async function compareAction(
  a: string,
  b: string,
  more: string[],
  _options: unknown,
  command: Command,
): Promise<void> {
  const { terminal, workspace, passedOver } = await openContext(command);
  // Told once both are there: else what fells this command is also said to be passed over.
  const problems: UserError[] = [];
  const find = (prefix: string) => findRun(workspace, prefix, (problem) => problems.push(problem));
  const runs = await Promise.all([a, b, ...more].map(find));
  problems.forEach(passedOver);
  const facts = await Promise.all(
    runs.map(async (run) => {
      const events = await readEvents(workspace, run.id, {
        isFinished: run.state === "finished",
        passedOver,
      });
      return factsOf(run, events);
    }),
  );
  const evaluations = await Promise.all(runs.map(({ id }) => readEvaluation(workspace, id, passedOver)));
  const measured = evaluations.filter((evaluation) => evaluation !== undefined);
  const comparisons = compareEvaluations(measured);
  terminal.data({ runs: runs.map(({ id }) => id), facts, evaluations: comparisons });
  for (const line of comparisonTable(...facts)) terminal.note(line);
  const unmeasured = runs.filter((_, index) => evaluations[index] === undefined).map(({ id }) => id);
  for (const line of introduce(measured, unmeasured)) terminal.note(line);
  for (const line of describeComparison(comparisons)) terminal.note(line);
}

function* introduce(measured: Evaluation[], unmeasured: string[]): Generator<string> {
  yield "";
  if (measured.length > 1) yield `Evaluated, and how the others differ from ${measured[0]?.run}:`;
  for (const id of unmeasured) yield `Not evaluated yet: persona eval ${id}`;
  if (new Set(measured.map(({ shards }) => shards)).size > 1)
    yield "They were evaluated on different data sets, so that their figures do not compare.";
}

type Facts = Record<string, string>;

function factsOf(run: RunRecord, events: TrainerEvent[]): Facts {
  const { step, totalSteps, loss, tokensPerSecond } = measure(events);
  const { heldOutLoss, startedAt, endedAt } = run;
  return {
    run: run.id,
    state: run.state,
    base: run.base.name,
    "data set": run.dataset,
    parent: run.parent ?? "–",
    ...Object.fromEntries(Object.entries(run.settings).map(([name, value]) => [name, String(value)])),
    steps: step === undefined ? "–" : `${step} of ${totalSteps}`,
    "last loss": loss?.toFixed(4) ?? "–",
    "held-out loss before": heldOutLoss?.before.toFixed(4) ?? "–",
    "held-out loss, best": heldOutLoss
      ? `${heldOutLoss.best.toFixed(4)} at step ${heldOutLoss.bestStep}`
      : "–",
    "bits per byte before": run.personaBitsPerByte?.before.toFixed(4) ?? "–",
    "bits per byte, best": run.personaBitsPerByte?.best.toFixed(4) ?? "–",
    "tokens a second": tokensPerSecond ? formatCount(Math.round(tokensPerSecond)) : "–",
    "from start to end":
      startedAt && endedAt ? formatDuration(Date.parse(endedAt) - Date.parse(startedAt)) : "–",
  };
}

/** A line a fact; those that differ are marked. */
export function comparisonTable(...runs: Facts[]): string[] {
  const names = [...new Set(runs.flatMap((facts) => Object.keys(facts)))];
  const rows = names.map((name) => [name, ...runs.map((facts) => facts[name] ?? "default")]);
  const widths = ["", ...runs].map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) => {
    const mark = new Set(row.slice(1)).size === 1 ? " " : "≠";
    return `${mark} ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd();
  });
}

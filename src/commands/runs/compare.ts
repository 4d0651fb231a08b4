import path from "node:path";
import type { Command } from "commander";
import { UsageError, type UserError } from "../../errors.ts";
import {
  type ComparedRun,
  compareEvaluations,
  rankRuns,
  unevaluated,
  whyIncomparable,
} from "../../evaluate/index.ts";
import type { Evaluation, RunRecord } from "../../handoffs/index.ts";
import { formatCount, formatDuration } from "../../terminal.ts";
import { findRun, measure, readSweep, runsOfSweep, sweepDirectory } from "../../train/index.ts";
import { type CommandContext, openContext } from "../command.ts";
import { describeComparison } from "./evaluations.ts";
import { describeRanking, pageName, readCompared, writePage } from "./ranking.ts";

/** `persona runs compare`: what was asked differently, what came of it, and whether that is a real difference. */
export async function compareAction(
  names: string[],
  { page }: { page?: string | true },
  command: Command,
): Promise<void> {
  const context = await openContext(command);
  const { terminal } = context;
  const { runs, directory } = await findCompared(context, names);
  const compared = await readCompared(context, runs);
  const facts = compared.map(factsOf);
  const measured = compared.flatMap(({ evaluation }) => evaluation ?? []);
  const comparisons = compareEvaluations(measured);
  const ranking = rankRuns(compared);
  terminal.data({ runs: runs.map(({ id }) => id), facts, ranking, evaluations: comparisons });
  for (const line of comparisonTable(...facts)) terminal.note(line);
  for (const line of describeRanking(compared, ranking)) terminal.note(line);
  for (const line of introduce(measured, unevaluated(compared))) terminal.note(line);
  for (const line of describeComparison(comparisons)) terminal.note(line);
  if (page === undefined) return;
  const file = page === true ? path.join(directory, pageName) : path.resolve(page);
  terminal.note(`\nThe same as a page: ${await writePage(file, compared)}`);
}

/** Runs by their ids, and all runs of a sweep by its. */
async function findCompared(
  { workspace, passedOver }: CommandContext,
  names: string[],
): Promise<{ runs: RunRecord[]; directory: string }> {
  // Told once all are there: else what fells this command is also said to be passed over.
  const problems: UserError[] = [];
  const sweeps = await Promise.all(names.map((name) => readSweep(workspace, name)));
  const found = await Promise.all(
    names.map(async (name, index) => {
      const sweep = sweeps[index];
      if (sweep !== undefined) return runsOfSweep(workspace, sweep);
      return [await findRun(workspace, name, (problem) => problems.push(problem))];
    }),
  );
  problems.forEach(passedOver);
  const runs = [...new Map(found.flat().map((run) => [run.id, run])).values()];
  if (runs.length < 2 && sweeps.every((sweep) => sweep === undefined)) {
    throw new UsageError("Runs are compared with each other, and this is one.", {
      fix: "Name two runs or more, or a sweep: persona runs compare 3f2a 91bc",
    });
  }
  // The page of a sweep shows its runs, and nothing that was named beside it.
  const [sweep, ...others] = sweeps;
  const isOfSweep = sweep !== undefined && others.length === 0;
  return { runs, directory: isOfSweep ? sweepDirectory(workspace, sweep.id) : workspace.root };
}

function* introduce(measured: Evaluation[], missing: string[]): Generator<string> {
  yield "";
  if (measured.length > 1) yield `Evaluated, and how the others differ from ${measured[0]?.run}:`;
  for (const id of missing) yield `Not evaluated yet: persona eval ${id}`;
  const incomparable = whyIncomparable(measured);
  if (incomparable !== undefined) yield incomparable;
}

type Facts = Record<string, string>;

function factsOf({ run, events }: ComparedRun): Facts {
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
      startedAt && endedAt ? formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000) : "–",
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

import type { Command } from "commander";
import type { UserError } from "../../errors.ts";
import type { RunRecord, TrainerEvent } from "../../handoffs/index.ts";
import { formatCount, formatDuration } from "../../terminal.ts";
import { findRun, measure, readEvents } from "../../train/index.ts";
import { openContext } from "../command.ts";

/** `persona runs compare`: what was asked differently, and what came of it. */
export async function compareAction(
  a: string,
  b: string,
  _options: unknown,
  command: Command,
): Promise<void> {
  const { terminal, workspace, passedOver } = await openContext(command);
  // Told once both are there: else what fells this command is also said to be passed over.
  const problems: UserError[] = [];
  const find = (prefix: string) => findRun(workspace, prefix, (problem) => problems.push(problem));
  const runs = await Promise.all([a, b].map(find));
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
  const [first = {}, second = {}] = facts;
  terminal.data({ runs: runs.map(({ id }) => id), facts });
  for (const line of comparisonTable(first, second)) terminal.note(line);
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
export function comparisonTable(first: Facts, second: Facts): string[] {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  const rows = names.map((name) => [name, first[name] ?? "default", second[name] ?? "default"] as const);
  const widths = [0, 1, 2].map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map(([name, left, right]) => {
    const mark = left === right ? " " : "≠";
    return `${mark} ${name.padEnd(widths[0] ?? 0)}  ${left.padEnd(widths[1] ?? 0)}  ${right}`.trimEnd();
  });
}

import type { Command } from "commander";
import { closestNames } from "../../closest-names.ts";
import { UsageError } from "../../errors.ts";
import { formatFigure } from "../../evaluate/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { formatCount, formatDuration, formatPercent } from "../../terminal.ts";
import { type RunSummary, servedRun, summarizeRuns } from "../../train/index.ts";
import { openContext } from "../command.ts";
import { describeRefinement } from "../eval/refinement.ts";
import { withServerOfOthers } from "./places.ts";

/** `persona runs`: one line a run. */
export async function listAction(_options: unknown, command: Command): Promise<void> {
  refuseWords(command);
  const { terminal, workspace, passedOver } = await openContext(command);
  const runs = await withServerOfOthers(workspace, (server) => summarizeRuns(workspace, server, passedOver));
  terminal.data(runs);
  if (runs.length === 0) return terminal.note("There are no runs yet: persona train");
  const served = (await servedRun(workspace, passedOver))?.id;
  for (const line of runsTable(runs, served)) terminal.note(line);
}

function refuseWords({ args, commands }: Command): void {
  const [word] = args;
  if (word === undefined) return;
  const isId = /^[0-9a-f]{2,10}$|^latest$/.test(word);
  const [nearest] = closestNames(
    word,
    commands.map((command) => command.name()),
  );
  throw new UsageError(`persona runs has no command "${word}".`, {
    fix: isId
      ? `Say what to do with the run: persona runs show ${word}`
      : nearest === undefined
        ? "persona runs --help lists its commands."
        : `Did you mean persona runs ${nearest}?`,
  });
}

interface Column {
  title: string;
  isNumber?: boolean;
  cell(run: RunSummary): string;
}

const columns: Column[] = [
  { title: "run", cell: ({ id }) => id },
  { title: "state", cell: ({ state, isAbandoned }) => (isAbandoned ? "orphaned" : state) },
  { title: "progress", cell: progressCell },
  { title: "loss", isNumber: true, cell: ({ loss }) => loss?.toFixed(3) ?? "" },
  { title: "held-out", isNumber: true, cell: heldOutCell },
  { title: "bits/byte", isNumber: true, cell: bitsPerByteCell },
  { title: "specificity", isNumber: true, cell: specificityCell },
  {
    title: "tok/s",
    isNumber: true,
    cell: ({ state, tokensPerSecond: rate }) =>
      rate && state === "running" ? formatCount(Math.round(rate)) : "",
  },
  { title: "left", isNumber: true, cell: leftCell },
  {
    title: "where",
    cell: ({ state, worker, slot }) => (state === "running" && worker ? `${worker} ${slot ?? ""}` : ""),
  },
  { title: "base", cell: ({ record }) => record?.base.name.slice(-28) ?? "(on another machine)" },
  { title: "", cell: remark },
];

/** The table's lines, columns as wide as they need to be. */
export function runsTable(runs: RunSummary[], served: string | undefined): string[] {
  const rows = [
    ["", ...columns.map(({ title }) => title)],
    ...runs.map((run) => [run.id === served ? "▶" : " ", ...columns.map(({ cell }) => cell(run))]),
  ];
  const widths = ["", ...columns].map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) =>
        columns[index - 1]?.isNumber ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

const barWidth = 10;

function progressCell({ state, step = 0, totalSteps }: RunSummary): string {
  if (state === "finished") return `${"█".repeat(barWidth)} 100%`;
  if (totalSteps === undefined) return "";
  const share = Math.min(1, step / totalSteps);
  const filled = Math.round(share * barWidth);
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${Math.floor(share * 100)}%`;
}

function heldOutCell({ record, heldOutLoss }: RunSummary): string {
  return changeOf(record?.heldOutLoss) ?? heldOutLoss?.toFixed(3) ?? "";
}

function bitsPerByteCell({ record, personaBitsPerByte }: RunSummary): string {
  return changeOf(record?.personaBitsPerByte) ?? personaBitsPerByte?.toFixed(3) ?? "";
}

function specificityCell({ record, specificity = record?.specificity?.value }: RunSummary): string {
  return specificity === undefined ? "" : formatFigure(specificity, "points");
}

/** Of what was measured before training, and of the best that was reached. */
function changeOf(measured: { before: number; best: number } | undefined): string | undefined {
  return measured && `${measured.before.toFixed(3)} → ${measured.best.toFixed(3)}`;
}

function leftCell({ state, secondsLeft }: RunSummary): string {
  return state === "running" && secondsLeft !== undefined ? formatDuration(secondsLeft) : "";
}

function remark({ waitsFor, record, leaks }: RunSummary): string {
  const stale = record?.stale?.reason;
  return [
    waitsFor && `waits for ${waitsFor}`,
    record?.sweep && describePlace(record.sweep),
    record && describeRefinement(record),
    stale && `stale: ${stale}`,
    leaks && "leaks: see persona eval",
  ]
    .filter(Boolean)
    .join("; ");
}

/** In which sweep, and what became of it there. */
export function describePlace({ id, waitsAt, dropped }: NonNullable<RunRecord["sweep"]>): string {
  if (dropped !== undefined) return `${id}: ${dropped}`;
  return waitsAt === undefined ? id : `${id}, waits at ${formatPercent(waitsAt)} for the others`;
}

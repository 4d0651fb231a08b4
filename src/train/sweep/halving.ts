/** A share of their steps at which the runs of a sweep wait for each other, and how many of them go on from there. */
export interface Rung {
  share: number;
  keep: number;
}

/**
 * Of so many runs one goes on from each rung (η, Jamieson & Talwalkar 2016).
 *
 * Three saves more than two at the same number of rungs, and few rungs matter: a run that waits is loaded anew.
 */
const reduction = 3;
/** So many train to their end: the winner has then been compared with somebody at full length. */
const finalists = 2;
/** The first rung lies at a ninth: before a tenth of the steps, nothing has been measured yet. */
const mostRungs = 2;

/** Where so many runs wait for each other; nowhere, if there are no more than finalists. */
export function planRungs(runs: number): Rung[] {
  const count = rungsFor(runs);
  return Array.from({ length: count }, (_, index) => ({
    share: reduction ** (index - count),
    keep: keptOf(runs, index + 1),
  }));
}

function rungsFor(runs: number): number {
  let count = 0;
  while (count < mostRungs && keptOf(runs, count) > finalists) count++;
  return count;
}

function keptOf(runs: number, rungs: number): number {
  return Math.max(finalists, Math.ceil(runs / reduction ** rungs));
}

/** How many whole runs' work a sweep of so many is. */
export function wholeRuns(runs: number, rungs: Rung[]): number {
  const stages = [...rungs, { share: 1, keep: 0 }];
  const works = stages.map(({ share }, index) => {
    const before = rungs[index - 1];
    return (before?.keep ?? runs) * (share - (before?.share ?? 0));
  });
  return works.reduce((sum, work) => sum + work, 0);
}

/** Bits per byte of each run at a rung; null where it was not measured, which counts as the worst. */
export type Figures = Record<string, number | null>;

/** Of equals, the one that was asked for first comes first. */
export function bestFirst(figures: Figures): string[] {
  return Object.keys(figures).sort((a, b) => costOf(figures[a]) - costOf(figures[b]));
}

/** Those that do not go on: all but the best. */
export function dropWorst(figures: Figures, keep: number): string[] {
  return bestFirst(figures).slice(keep);
}

/** Whether a run that comes once it has been decided would have been kept. */
export function isAmongBest(
  figure: number | null,
  { figures, keep }: { figures: Figures; keep: number },
): boolean {
  const better = Object.values(figures).filter((other) => costOf(other) <= costOf(figure));
  return better.length < keep;
}

function costOf(figure: number | null | undefined): number {
  return figure ?? Number.MAX_VALUE;
}

/** Two runs on the same held-out conversations are compared conversation by conversation: what is hard is hard for both. */
import type { Interval } from "../handoffs/index.ts";
import { deviations } from "./statistics.ts";

/** A figure that is computed from sums over conversations. */
export interface Sums {
  /** Whose conversations they are: a data set, or whatever else tells them from others. */
  shards: string;
  /** What each conversation adds. */
  rows: Map<number, number[]>;
  figure(sums: number[]): number;
}

/** An interval of fewer says more about which conversations they are. */
const minConversations = 8;

/**
 * The difference of two runs, with the interval of the delete-one jackknife (Tukey 1958) over the conversations that both
 * were measured on; undefined where these are too few.
 */
export function pairedDifference(first: Sums, second: Sums): Interval | undefined {
  if (first.shards !== second.shards) return undefined;
  const common = [...first.rows.keys()].filter((conversation) => second.rows.has(conversation));
  if (common.length < minConversations) return undefined;

  const before = leaveEachOut(first, common);
  const after = leaveEachOut(second, common);
  const value = after.all - before.all;
  const each = after.without.map((figure, index) => figure - (before.without[index] ?? 0));
  const mean = each.reduce((sum, difference) => sum + difference, 0) / each.length;
  const squares = each.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const half = deviations * Math.sqrt(((each.length - 1) / each.length) * squares);
  return { value, low: value - half, high: value + half };
}

/** A figure with its own interval by the same method; undefined where there are too few conversations. */
export function intervalOf(sums: Sums): Interval | undefined {
  return pairedDifference({ ...sums, figure: () => 0 }, sums);
}

/** A figure of all these conversations, and of all but one, for each. */
function leaveEachOut({ rows, figure }: Sums, common: number[]): { all: number; without: number[] } {
  const chosen = common.map((conversation) => rows.get(conversation) ?? []);
  const width = chosen[0]?.length ?? 0;
  const totals = Array.from({ length: width }, (_, column) =>
    chosen.reduce((sum, row) => sum + (row[column] ?? 0), 0),
  );
  const without = chosen.map((row) => figure(totals.map((total, column) => total - (row[column] ?? 0))));
  return { all: figure(totals), without };
}

/** What an import did, counted: entries read = entries kept + duplicates + dropped. */
export interface ImportReport {
  owner: string;
  /** Threads in which the owner takes part. */
  ownerThreads: number;
  threads: number;
  groups: number;
  /** Entries in the store, of every kind. */
  entries: number;
  texts: number;
  textsOfOwner: number;
  firstAt: number | null;
  lastAt: number | null;
  /** Entries in the store that were not there before. */
  added: number;
  /** Entries read from the given files. */
  read: number;
  duplicates: number;
  dropped: Record<string, number>;
  kinds: Record<string, number>;
  sections: Record<string, { threads: number; entries: number }>;
  repaired: number;
  /** Keys that the reader does not know: the format has moved on. */
  drift: { key: string; count: number; firstFile: string; firstEntry: number }[];
  /** Files that could not be read. */
  problems: { file: string; problem: string }[];
}

/** The report for people, a line each. */
export function describeImport(report: ImportReport, formatCount: (count: number) => string): string[] {
  const plural = (count: number, one: string) => `${formatCount(count)} ${count === 1 ? one : `${one}s`}`;
  const lines = [
    `${plural(report.threads, "thread")}, ${plural(report.entries, "message")}, ${describeSpan(report)}. ` +
      `You are "${report.owner}" (in ${formatCount(report.ownerThreads)} of ${plural(report.threads, "thread")}).`,
  ];
  lines.push(
    `  words: ${formatCount(report.texts)} texts, ${formatCount(report.textsOfOwner)} of them yours; ${listCounts(report.kinds, formatCount)}`,
  );
  const sections = Object.entries(report.sections).map(
    ([name, { threads, entries }]) => `${name} ${formatCount(threads)} (${formatCount(entries)})`,
  );
  lines.push(`  sections, threads (messages): ${sections.join(", ")}`);
  if (report.repaired > 0)
    lines.push(`  accents and emoji repaired in ${formatCount(report.repaired)} names and texts`);
  lines.push(
    report.added === 0
      ? `  nothing new: all ${formatCount(report.read)} entries were known or left out`
      : `  new: ${formatCount(report.added)} of ${formatCount(report.read)} entries read`,
  );
  if (report.duplicates > 0)
    lines.push(`  already known or twice in the files: ${formatCount(report.duplicates)}`);
  if (Object.keys(report.dropped).length > 0)
    lines.push(`  left out: ${listCounts(report.dropped, formatCount)}`);
  for (const { key, count, firstFile, firstEntry } of report.drift) {
    lines.push(
      `  unknown field "${key}" ${formatCount(count)} times, first in ${firstFile}, entry ${firstEntry}`,
    );
  }
  return lines;
}

function listCounts(counts: Record<string, number>, formatCount: (count: number) => string): string {
  return Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(", ");
}

const dayMs = 86_400_000;

function describeSpan({ firstAt, lastAt }: ImportReport): string {
  const days = firstAt === null || lastAt === null ? 0 : Math.ceil((lastAt - firstAt) / dayMs);
  if (days >= 730) return `${Math.round(days / 365.25)} years`;
  return days >= 60 ? `${Math.round(days / 30.4)} months` : `${days} ${days === 1 ? "day" : "days"}`;
}

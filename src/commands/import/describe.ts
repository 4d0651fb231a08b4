import type { ImportReport } from "../../ingest/index.ts";
import { printable } from "../../printable.ts";
import { shellWord } from "../../shell-word.ts";
import { formatCount, formatPlural } from "../../terminal.ts";

/** The report for people, a line each. */
export function describeImport(report: ImportReport): string[] {
  return [
    `${formatPlural(report.threads, "thread")}, ${formatPlural(report.entries, "message")}, ${describeSpan(report)}. ` +
      `You are "${printable(report.owner)}" (in ${formatCount(report.ownerThreads)} of ${formatPlural(report.threads, "thread")}).`,
    `  words: ${formatCount(report.texts)} texts, ${formatCount(report.textsOfOwner)} of them yours; ${listCounts(report.kinds)}`,
    ...describeSections(report),
    `  biggest: ${report.biggest.map(({ title, entries }) => `${printable(title, 30)} (${formatCount(entries)})`).join(", ")}`,
    ...describeWork(report),
    ...describeDoubts(report),
  ];
}

function describeSections({ sections }: ImportReport): string[] {
  const month = (time: number | null) => (time === null ? "?" : new Date(time).toISOString().slice(0, 7));
  return Object.entries(sections)
    .sort((a, b) => b[1].entries - a[1].entries)
    .map(
      ([name, { threads, entries, firstAt, lastAt }]) =>
        `  ${name}: ${formatPlural(threads, "thread")}, ${formatPlural(entries, "message")}, ${month(firstAt)} to ${month(lastAt)}`,
    );
}

function describeWork({ read, added, duplicates, dropped, repaired }: ImportReport): string[] {
  const left = Object.values(dropped).reduce((a, b) => a + b, 0);
  const lines = [
    added === 0
      ? `  nothing new: all ${formatCount(read)} entries were known or left out`
      : `  entries: ${formatCount(read)} read = ${formatCount(added)} new + ${formatCount(duplicates)} known or twice in the files + ${formatCount(left)} left out`,
  ];
  if (left > 0) lines.push(`  left out: ${listCounts(dropped)}`);
  if (repaired > 0) lines.push(`  accents and emoji repaired in ${formatCount(repaired)} names and texts`);
  return lines;
}

function describeDoubts(report: ImportReport): string[] {
  const lines: string[] = [];
  if (report.joinedThreads > 0)
    lines.push(
      `  joined: ${formatPlural(report.joinedThreads, "chat")} whose encrypted half is in another export`,
    );
  if (report.renamedPeople > 0)
    lines.push(
      `  renamed: ${formatPlural(report.renamedPeople, "person", "people")} known under an earlier name too`,
    );
  if (report.returned.people > 0)
    lines.push(
      `  forgotten: ${formatPlural(report.returned.people, "person", "people")} who came back under another name, left out as before`,
    );
  for (const name of report.returned.alsoElsewhere)
    lines.push(
      `  forgotten: "${printable(name, 40)}" stays where there was nobody to forget; if that is the same person: persona forget ${shellWord(name)}`,
    );
  for (const title of report.namesakes)
    lines.push(
      `  kept apart: chats called "${printable(title, 40)}" that have no messages in common, and may be two people's`,
    );
  for (const { file, minutes } of report.shiftedClocks)
    lines.push(
      `  another clock: the times of ${printable(file, 160)} were moved by ${describeHours(minutes)}, to those of the newest export of the chat`,
    );
  if (report.emptyThreads > 0)
    lines.push(`  empty: ${formatPlural(report.emptyThreads, "thread")} without a message`);
  if (report.uncertain > 0)
    lines.push(
      `  uncertain: ${formatPlural(report.uncertain, "text")} that may be the network's own, kept as words`,
    );
  for (const network of report.unknownWording)
    lines.push(
      `  not known: the wording of ${network}'s own sentences in this language; some may be among the words, uncounted`,
    );
  for (const { key, count, firstFile, firstEntry } of report.drift) {
    const place = firstEntry < 0 ? firstFile : `${firstFile}, entry ${firstEntry}`;
    lines.push(
      `  unknown field "${printable(key, 40)}" ${formatCount(count)} times, first in ${printable(place, 160)}`,
    );
  }
  return lines;
}

function describeHours(minutes: number): string {
  const sign = minutes < 0 ? "-" : "+";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${sign}${hours}:${String(rest).padStart(2, "0")} h`;
}

function listCounts(counts: Record<string, number>): string {
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

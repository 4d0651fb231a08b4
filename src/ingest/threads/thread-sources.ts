import { readEntry } from "../archives/index.ts";
import type { FoundPart } from "../formats/index.ts";

/**
 * The parts of a thread as sources: what one export holds of it, from the oldest part to the newest.
 *
 * It matters where one export ends and another begins: two equal messages in one are two, in two exports they are one.
 * Parts in one archive are one export's. Parts in several zips are, when each goes on where the other ends: parts are cut
 * every 10,000 messages from the newest on, so those of an older export overlap those of a newer one.
 */
export function groupIntoSources(parts: FoundPart[], wholeFileBytes: number): FoundPart[][] {
  const sources: FoundPart[][] = [];
  for (const part of parts) {
    // A second part of one number is a copy: of a zip's entry, or of a file that was saved again.
    const own = sources.find(
      (known) => isOfOneArchive(known[0], part) && !known.some(({ order }) => order === part.order),
    );
    if (own === undefined) sources.push([part]);
    else own.push(part);
  }
  const joined: FoundPart[][] = [];
  for (const source of sources) {
    const before = joined.find((other) => isOneExport([...other, ...source], wholeFileBytes));
    if (before === undefined) joined.push(source);
    else before.push(...source);
  }
  return joined.map((source) => source.sort(byOrder));
}

function isOfOneArchive(a: FoundPart | undefined, b: FoundPart): boolean {
  return a?.archive === b.archive && a.format === b.format && a.section === b.section;
}

function byOrder(a: FoundPart, b: FoundPart): number {
  return a.order - b.order;
}

function isOneExport(parts: FoundPart[], wholeFileBytes: number): boolean {
  const [first] = parts as [FoundPart];
  const isAlike = parts.every(
    ({ exportIndex, section, format }) =>
      exportIndex === first.exportIndex && section === first.section && format === first.format,
  );
  const orders = new Set(parts.map(({ order }) => order));
  if (!isAlike || orders.size < parts.length || parts.some(({ entry }) => entry.bytes > wholeFileBytes))
    return false;
  const ranges = parts.toSorted(byOrder).map(timesOf);
  return ranges.every((range, index) => index === 0 || range.oldest >= (ranges[index - 1]?.newest ?? 0));
}

/** Times of the first and the last message of a part, newest first in the file. */
function timesOf({ entry }: FoundPart): { oldest: number; newest: number } {
  let text = "";
  try {
    text = readEntry(entry).toString("latin1");
  } catch {
    // Reading it again says what is wrong.
  }
  const times =
    timesIn(text, /"timestamp_ms"\s*:\s*(\d+)/g) ?? timesIn(text, /"timestamp"\s*:\s*(\d+)/g) ?? [];
  return { newest: Math.max(0, ...ends(times)), oldest: Math.min(...ends(times), Number.MAX_SAFE_INTEGER) };
}

function timesIn(text: string, pattern: RegExp): number[] | undefined {
  const times = [...text.matchAll(pattern)].map(([, time]) => Number(time)).filter((time) => time > 0);
  return times.length > 0 ? times : undefined;
}

function ends(times: number[]): number[] {
  return times.length === 0 ? [] : [times[0] as number, times.at(-1) as number];
}

/**
 * How new the export of a part is, as its newest message tells.
 *
 * A chat of WhatsApp is an export of its own: those that are given with it say nothing of its age.
 *
 * @param asOf By number of the export.
 */
export function ageOf({ network, exportIndex, newestAt }: FoundPart, asOf: number[]): number {
  return network === "whatsapp" ? newestAt : (asOf[exportIndex] ?? 0);
}

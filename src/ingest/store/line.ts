/** The store's line for an entry: JSON, in which what is empty or usual is left out. */
import type { PlacedEntry } from "../merge/index.ts";

export function lineOf(entry: PlacedEntry): string {
  const text = entry.text === "" ? "" : `,"text":${JSON.stringify(entry.text)}`;
  return `${lineStart(entry.sender)}${entry.sentAt}${text}${rareFields(entry)}${lineEnd(entry.source)}`;
}

/** Up to the time, which every line has. */
export function lineStart(sender: string): string {
  return `{"sender":${JSON.stringify(sender)},"sentAt":`;
}

/** What most lines do not have. */
export function rareFields({ kind, attachments, reactions, callSeconds }: PlacedEntry): string {
  let json = "";
  if (kind !== "text") json += `,"kind":"${kind}"`;
  if (attachments.length > 0) json += `,"attachments":${JSON.stringify(attachments)}`;
  if (reactions.length > 0) json += `,"reactions":${JSON.stringify(reactions)}`;
  if (callSeconds !== undefined) json += `,"callSeconds":${callSeconds}`;
  return json;
}

export function lineEnd(source: string): string {
  return `,"source":"${source}"}\n`;
}

/** A line is not as it was written. It says nothing of what stands there: those are somebody's words. */
export class DamagedLineError extends Error {
  override readonly name = "DamagedLineError";

  /** Of the line among those that were read with it. */
  readonly index: number;

  constructor(index = 0) {
    super("A line of a thread is damaged.");
    this.index = index;
  }
}

/** Puts back what the line leaves out. */
export function parseLine(line: string): PlacedEntry {
  const entry = parseObject(line);
  entry.text ??= "";
  entry.kind ??= "text";
  entry.attachments ??= [];
  entry.reactions ??= [];
  if (!isEntry(entry)) throw new DamagedLineError();
  return entry as PlacedEntry;
}

/** The words of a JSON error quote the line, so it is not kept. */
function parseObject(line: string): Partial<PlacedEntry> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new DamagedLineError();
  }
  if (typeof json !== "object" || json === null) throw new DamagedLineError();
  return json;
}

function isEntry({ sender, sentAt, text, kind, source, ...lists }: Partial<PlacedEntry>): boolean {
  const areStrings = [sender, text, kind, source].every((value) => typeof value === "string");
  const { attachments, reactions } = lists;
  return (
    areStrings &&
    (sentAt === null || typeof sentAt === "number") &&
    isListOf(attachments, ({ kind, name }) => typeof kind === "string" && typeof name === "string") &&
    isListOf(reactions, ({ emoji, actor }) => typeof emoji === "string" && typeof actor === "string")
  );
}

function isListOf<T>(list: T[] | undefined, isItem: (item: Partial<T>) => boolean): boolean {
  return (
    Array.isArray(list) && list.every((item) => typeof item === "object" && item !== null && isItem(item))
  );
}

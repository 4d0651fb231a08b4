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

/** Puts back what the line leaves out. */
export function parseLine(line: string): PlacedEntry {
  const entry: Partial<PlacedEntry> = JSON.parse(line);
  entry.text ??= "";
  entry.kind ??= "text";
  entry.attachments ??= [];
  entry.reactions ??= [];
  return entry as PlacedEntry;
}

import { type ExportEntry, peekEntry, streamEntry } from "../../archives/index.ts";

/** Longer than any message with its date: the rest of such a line is passed over. */
const maxLineLength = 1_000_000;

/** The lines of a file in UTF-8 or UTF-16, those of a chunk at once: to wait for each costs more than to read it. */
export async function* linesOfEntry(entry: ExportEntry): AsyncGenerator<string[]> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let rest = "";
  for await (const chunk of streamEntry(entry)) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() as string).slice(0, maxLineLength);
    yield lines;
  }
  rest += decoder?.decode() ?? "";
  if (rest !== "") yield [rest];
}

/** The first lines of a file, the last of them perhaps cut off. */
export function firstLinesOf(entry: ExportEntry, bytes: number): string[] {
  const head = peekEntry(entry, bytes);
  return new TextDecoder(encodingOf(head)).decode(head).split("\n");
}

/** Editors on Windows save as UTF-16, with a byte order mark or without: a date begins in characters of one byte. */
function encodingOf(head: Buffer): string {
  const [first, second, third, fourth] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && fourth === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && third === 0)) return "utf-16be";
  return "utf-8";
}

import { type ExportEntry, streamEntry } from "../../archives/index.ts";

/** Longer than any message with its date: the rest of such a line is passed over. */
const longestLine = 1_000_000;

/** The lines of a UTF-8 file, one chunk of it in memory. */
export async function* linesOfEntry(entry: ExportEntry): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  for await (const chunk of streamEntry(entry)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() as string).slice(0, longestLine);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

import { type ExportEntry, peekEntry } from "../../archives/index.ts";
import { CutOffError, splitMessages } from "./message-splitter.ts";

/** The messages that the first bytes of a file hold whole; none where it is damaged, of which reading it whole tells. */
export async function peekMessages(
  entry: ExportEntry,
  bytes: number,
): Promise<{ messages: unknown[]; isAscii: boolean }> {
  const messages: unknown[] = [];
  let isAscii = true;
  try {
    const head = peekEntry(entry, bytes);
    isAscii = head.every((byte) => byte < 0x80);
    for await (const batch of splitMessages([head])) messages.push(...batch.messages);
  } catch (error) {
    if (!(error instanceof CutOffError)) return { messages: [], isAscii };
  }
  return { messages, isAscii };
}

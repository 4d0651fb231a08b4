import { isAscii } from "node:buffer";
import { type ExportEntry, peekEntry } from "../../archives/index.ts";
import { mayHaveSeveralLists, parseObject } from "./message-file.ts";
import { CutOffError, splitMessages } from "./message-splitter.ts";

/** The messages that the first bytes of a file hold whole; none where it is damaged, of which reading it whole tells. */
export async function peekMessages(
  entry: ExportEntry,
  bytes: number,
): Promise<{ messages: unknown[]; isAscii: boolean }> {
  let isAllAscii = true;
  const messages: unknown[] = [];
  try {
    const head = peekEntry(entry, bytes);
    isAllAscii = isAscii(head);
    const { known, rest } = readAtOnce(head, isAllAscii);
    for (const message of known) messages.push(message);
    for await (const batch of splitMessages(rest))
      for (const message of batch.messages) messages.push(message);
  } catch (error) {
    if (!(error instanceof CutOffError)) return { messages: [], isAscii: isAllAscii };
  }
  return { messages, isAscii: isAllAscii };
}

const closeObject = 0x7d;
const listStart = Buffer.from('{"messages":[');
const firstMessage = /"messages"\s*:\s*\[(\s*\{\s*"[^"\\]{1,40}")/;

/**
 * All messages before the last that begins as the first one does, by `JSON.parse`, and what is left to be walked through.
 * If that is no place between two messages, what stands before it is no JSON, and everything is left.
 */
function readAtOnce(head: Buffer, isAllAscii: boolean): { known: unknown[]; rest: Buffer[] } {
  const start = mayHaveSeveralLists(head) ? undefined : firstMessage.exec(head.toString("latin1"))?.[1];
  const end = start === undefined ? -1 : head.lastIndexOf(`,${start}`, undefined, "latin1");
  if (end === -1) return { known: [], rest: [head] };
  const json = parseObject(`${head.toString(isAllAscii ? "latin1" : "utf8", 0, end)}]}`);
  // Another list may stand behind that of the messages.
  const isOpenList = json !== undefined && Object.keys(json).at(-1) === "messages";
  if (!isOpenList || !Array.isArray(json.messages)) return { known: [], rest: [head] };
  // What has no end in these bytes is no whole message.
  const hasMore = head.includes(closeObject, end);
  return { known: json.messages, rest: hasMore ? [listStart, head.subarray(end + 1)] : [] };
}

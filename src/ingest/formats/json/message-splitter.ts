/**
 * Reads the messages of a thread's JSON of any size: `{ …, "messages": [ … ], … }` is cut between the elements of that
 * array, and `JSON.parse` reads them in batches. That is several times faster than assembling values from a parser's
 * tokens, and holds one batch in memory.
 *
 * Where a message ends is told by the bytes that stood between the first two: everything up to the last such place in a
 * chunk is a batch. If that place is inside a string or a list, the batch is no JSON; then, and at both ends of the file,
 * the cutter walks over every byte.
 */
import { type FileHeader, MessageCutter, parseJson, type SplitBatch } from "./message-cutter.ts";

/** The file ends in the middle; what stands before that was given. */
export class CutOffError extends Error {
  override readonly name = "CutOffError";
}

/** @param batchBytes How much the cutter walks over before the place between two messages is searched for instead. */
export async function* splitMessages(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  { batchBytes = 1 << 18 } = {},
): AsyncGenerator<SplitBatch, FileHeader> {
  const cutter = new MessageCutter();
  // What follows the last batch, from the start of a message on; undefined while the cutter walks.
  let begun: Buffer | undefined;
  for await (const chunk of chunks) {
    const batch = begun === undefined ? undefined : batchUpToSeparator([begun, chunk], cutter);
    if (batch !== undefined) {
      begun = batch.rest;
      yield { messages: batch.messages, tooLong: 0, unreadable: 0, document: cutter.document };
      continue;
    }
    if (begun !== undefined) cutter.feed(begun);
    begun = undefined;
    cutter.feed(chunk);
    if (cutter.waitingBytes < batchBytes) continue;
    yield* cutter.takeBatches();
    if (cutter.separator !== undefined) begun = cutter.takeBegun();
  }
  if (begun !== undefined) cutter.feed(begun);
  yield* cutter.takeBatches();
  if (!cutter.isWhole) throw new CutOffError("it is cut off");
  return cutter.header();
}

/** All whole messages of some bytes that begin with one; undefined when they cannot be told. */
function batchUpToSeparator(
  pieces: Buffer[],
  { separator }: MessageCutter,
): { messages: unknown[]; rest: Buffer } | undefined {
  if (separator === undefined) return undefined;
  const bytes = Buffer.concat(pieces);
  const at = bytes.lastIndexOf(separator.bytes);
  if (at === -1) return undefined;
  const end = at + separator.comma;
  // Valid JSON so far proves the place: strings and lists that are open would make it none.
  const messages = parseJson(`[${bytes.toString("utf8", 0, end)}]`) as unknown[] | undefined;
  return messages && { messages, rest: bytes.subarray(end + 1) };
}

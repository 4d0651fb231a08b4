import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import path from "node:path";
import type { ShardManifest } from "./shards.ts";

type SplitName = keyof ShardManifest["splits"];

/** Reads `*.offsets` or `*.turns`: indices of tokens. */
export async function readIndices(directory: string, file: string): Promise<number[]> {
  const bytes = await readFile(path.join(directory, file));
  const at = (offset: number) => bytes.readUInt32LE(offset) + 2 ** 32 * bytes.readUInt32LE(offset + 4);
  return Array.from({ length: bytes.length / 8 }, (_, index) => at(index * 8));
}

/** How many tokens of a split carry each mask code; the file streams by. */
export async function countMaskCodes(directory: string, split: SplitName): Promise<number[]> {
  const counts = new Float64Array(256);
  const masks = createReadStream(path.join(directory, `${split}.mask`), { highWaterMark: 1 << 19 });
  for await (const chunk of masks as AsyncIterable<Buffer>)
    for (let at = 0; at < chunk.length; at++) (counts[chunk[at] as number] as number)++;
  return Array.from(counts.subarray(0, 4));
}

export interface TokenRange {
  ids: number[];
  mask: number[];
}

/** Reads tokens and mask codes of ranges of one split. */
export async function readRanges(
  directory: string,
  split: SplitName,
  dtype: ShardManifest["dtype"],
  ranges: { start: number; end: number }[],
): Promise<TokenRange[]> {
  const bin = await open(path.join(directory, `${split}.bin`));
  const mask = await open(path.join(directory, `${split}.mask`));
  const tokenBytes = dtype === "uint16" ? 2 : 4;
  try {
    const found: TokenRange[] = [];
    for (const { start, end } of ranges) {
      const tokens = await readBytes(bin, start * tokenBytes, end * tokenBytes);
      const codes = await readBytes(mask, start, end);
      found.push({ ids: toIds(tokens, tokenBytes), mask: [...codes] });
    }
    return found;
  } finally {
    await bin.close();
    await mask.close();
  }
}

/** Tokens that are read at once: a file of many short conversations is not opened for each. */
const readAhead = 1 << 16;

/** The conversations of a split as ids, one after the other; of a long split, only a part is in memory at a time. */
export async function* readConversations(
  directory: string,
  split: SplitName,
  { dtype, splits }: Pick<ShardManifest, "dtype" | "splits">,
): AsyncGenerator<number[]> {
  const offsets = await readIndices(directory, `${split}.offsets`);
  const startOf = (index: number) => offsets[index] ?? splits[split].tokens;
  for (let first = 0, next = 0; first < offsets.length; first = next) {
    const start = startOf(first);
    while (next === first || (next < offsets.length && startOf(next + 1) - start <= readAhead)) next++;
    const [read] = await readRanges(directory, split, dtype, [{ start, end: startOf(next) }]);
    for (let at = first; at < next; at++)
      yield (read?.ids ?? []).slice(startOf(at) - start, startOf(at + 1) - start);
  }
}

async function readBytes(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.subarray(0, bytesRead);
}

function toIds(bytes: Buffer, tokenBytes: number): number[] {
  const read = (index: number) =>
    tokenBytes === 2 ? bytes.readUInt16LE(index * 2) : bytes.readUInt32LE(index * 4);
  return Array.from({ length: bytes.length / tokenBytes }, (_, index) => read(index));
}

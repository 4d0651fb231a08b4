import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { MaskCode, type ShardSplit } from "../../handoffs/index.ts";

/** Part of a rendered conversation. */
export interface TokenSlice {
  tokens: Uint16Array | Uint32Array;
  /** One `MaskCode` a token. */
  mask: Uint8Array;
}

/**
 * Writes the four files of one split as conversations come; holds a buffer of each in memory.
 *
 * Writing waits for the disk: promises would cost more than that for a hundred thousand conversations.
 */
export interface ShardWriter {
  /**
   * Appends one conversation.
   *
   * @param turnStarts Indices of tokens from the start of the conversation.
   * @param personaBubbles How many of the persona's bubbles are learned from.
   */
  write(slices: TokenSlice[], turnStarts: ArrayLike<number>, personaBubbles: number): void;
  close(): Promise<ShardSplit>;
  /** Closes the files of a split that will not be. */
  abandon(): Promise<void>;
}

/** A writer for each split. */
export interface ShardWriters {
  train: ShardWriter;
  val: ShardWriter;
  /** Awaited after each conversation, where what is written is read more slowly. */
  drained?(): Promise<void>;
}

export async function openShardWriters(directory: string | undefined): Promise<ShardWriters> {
  return { train: await openShardWriter(directory, "train"), val: await openShardWriter(directory, "val") };
}

/**
 * Opens `<split>.bin`, `.mask`, `.offsets` and `.turns` in a directory.
 *
 * @param directory Undefined: everything is counted and nothing written.
 */
async function openShardWriter(directory: string | undefined, split: string): Promise<ShardWriter> {
  const openFile = (extension: string) =>
    openHashed(directory === undefined ? undefined : path.join(directory, `${split}.${extension}`));
  const [bin, mask, offsets, turns] = await Promise.all([
    openFile("bin"),
    openFile("mask"),
    openFile("offsets"),
    openFile("turns"),
  ]);
  const counts = { conversations: 0, turns: 0, tokens: 0, supervisedTokens: 0, personaBubbles: 0 };

  return {
    write(slices, turnStarts, personaBubbles) {
      const start = counts.tokens;
      for (const slice of slices) {
        bin.write(slice.tokens);
        mask.write(slice.mask);
        counts.tokens += slice.tokens.length;
        counts.supervisedTokens += countSupervised(slice.mask);
      }
      offsets.write(toUint64([start], 0));
      turns.write(toUint64(turnStarts, start));
      counts.conversations++;
      counts.turns += turnStarts.length;
      counts.personaBubbles += personaBubbles;
    },
    async close() {
      const closing = [bin.close(), mask.close(), offsets.close(), turns.close()] as const;
      const [binFile, maskFile, offsetsFile, turnsFile] = await Promise.all(closing);
      return {
        ...counts,
        files: { bin: binFile, mask: maskFile, offsets: offsetsFile, turns: turnsFile },
      };
    },
    async abandon() {
      for (const file of [bin, mask, offsets, turns]) await file.abandon();
    },
  };
}

function countSupervised(mask: Uint8Array): number {
  let supervised = 0;
  for (let at = 0; at < mask.length; at++) if (mask[at] === MaskCode.persona) supervised++;
  return supervised;
}

/** Numbers up to 2^53, each with `base` added. */
function toUint64(values: ArrayLike<number>, base: number): Uint32Array {
  const halves = new Uint32Array(values.length * 2);
  for (let index = 0; index < values.length; index++) {
    const value = base + (values[index] as number);
    halves[2 * index] = value;
    halves[2 * index + 1] = value / 2 ** 32;
  }
  return halves;
}

const bufferBytes = 1 << 19;

interface HashedFile {
  write(data: Uint8Array | Uint16Array | Uint32Array): void;
  close(): Promise<{ bytes: number; sha256: string }>;
  abandon(): Promise<void>;
}

/** A file that is written through a buffer of its own and hashed on the way. Little-endian, as Node's machines are. */
async function openHashed(file: string | undefined): Promise<HashedFile> {
  const handle: FileHandle | undefined = file === undefined ? undefined : await open(file, "wx", 0o600);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(bufferBytes);
  let used = 0;
  let bytes = 0;

  function flush(data: Uint8Array): void {
    hash.update(data);
    if (handle === undefined) return;
    // A full disk writes a part and says so only at the next try.
    for (let at = 0; at < data.length; ) at += writeSync(handle.fd, data, at);
  }

  return {
    write({ buffer: memory, byteOffset, byteLength }) {
      const data = new Uint8Array(memory, byteOffset, byteLength);
      bytes += byteLength;
      if (used + byteLength > bufferBytes) {
        flush(buffer.subarray(0, used));
        used = 0;
      }
      if (byteLength > bufferBytes) return flush(data);
      buffer.set(data, used);
      used += byteLength;
    },
    async close() {
      flush(buffer.subarray(0, used));
      await handle?.sync();
      await handle?.close();
      return { bytes, sha256: hash.digest("hex") };
    },
    async abandon() {
      await handle?.close();
    },
  };
}

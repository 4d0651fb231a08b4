import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { MaskCode, type ShardManifest, type ShardSplit } from "../handoffs.ts";
import type { RenderedConversation } from "../transcript.ts";

export type TokenType = ShardManifest["dtype"];

/** Writes the four files of one split as conversations come; holds a buffer of each in memory. */
export interface ShardWriter {
  write(conversation: RenderedConversation): Promise<void>;
  close(): Promise<ShardSplit>;
}

export async function openShardWriter(
  directory: string,
  split: string,
  dtype: TokenType,
): Promise<ShardWriter> {
  const tokenBytes = dtype === "uint16" ? 2 : 4;
  const openFile = (extension: string) => openHashed(path.join(directory, `${split}.${extension}`));
  const [bin, mask, offsets, turns] = await Promise.all([
    openFile("bin"),
    openFile("mask"),
    openFile("offsets"),
    openFile("turns"),
  ]);
  const counts = { conversations: 0, turns: 0, tokens: 0, supervisedTokens: 0 };

  return {
    async write(conversation) {
      const start = counts.tokens;
      await bin.write(toTokens(conversation.ids, tokenBytes));
      await mask.write(Buffer.from(conversation.mask));
      await offsets.write(toUint64([start]));
      await turns.write(toUint64(conversation.turnStarts.map((turn) => start + turn)));
      counts.conversations++;
      counts.turns += conversation.turnStarts.length;
      counts.tokens += conversation.ids.length;
      for (const code of conversation.mask) if (code === MaskCode.persona) counts.supervisedTokens++;
    },
    async close() {
      const files = {
        bin: await bin.close(),
        mask: await mask.close(),
        offsets: await offsets.close(),
        turns: await turns.close(),
      };
      return { ...counts, files };
    },
  };
}

function toTokens(ids: number[], tokenBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(ids.length * tokenBytes);
  for (const [index, id] of ids.entries()) {
    if (tokenBytes === 2) buffer.writeUInt16LE(id, index * 2);
    else buffer.writeUInt32LE(id, index * 4);
  }
  return buffer;
}

function toUint64(values: number[]): Buffer {
  const buffer = Buffer.allocUnsafe(values.length * 8);
  for (const [index, value] of values.entries()) buffer.writeBigUInt64LE(BigInt(value), index * 8);
  return buffer;
}

const bufferBytes = 1 << 18;

async function openHashed(file: string) {
  const handle: FileHandle = await open(file, "wx", 0o600);
  const hash = createHash("sha256");
  let bytes = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const flush = async () => {
    const buffer = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(buffer);
    await handle.write(buffer);
  };
  return {
    async write(buffer: Buffer): Promise<void> {
      waiting.push(buffer);
      waitingBytes += buffer.length;
      bytes += buffer.length;
      if (waitingBytes >= bufferBytes) await flush();
    },
    async close() {
      await flush();
      await handle.sync();
      await handle.close();
      return { bytes, sha256: hash.digest("hex") };
    },
  };
}

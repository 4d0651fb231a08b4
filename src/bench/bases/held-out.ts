import { createHash } from "node:crypto";
import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  MaskCode,
  type Rendering,
  readIndices,
  readManifest,
  readRanges,
  type ShardManifest,
  type TokenRange,
  type Turn,
} from "../../handoffs/index.ts";
import { loadTokenizer, TokenBuffer, tokenizerFileNames } from "../../tokenizer/index.ts";
import { createTranscript, type Transcript } from "../../transcript/index.ts";

/** The held-out conversations of a data set, as turns: every base is asked about the same ones, in ids of its own. */
export interface HeldOut {
  manifest: ShardManifest;
  conversations: Turn[][];
}

/** @throws UserError when the manifest is damaged; undefined where there is none. */
export async function readHeldOut(directory: string): Promise<HeldOut | undefined> {
  const manifest = await readManifest(directory);
  if (manifest === undefined) return undefined;
  const { rendering, persona, dtype, splits } = manifest;
  const tokenizer = await loadTokenizer(directory);
  const transcript = createTranscript({ tokenizer, rendering, persona });
  const offsets = await readIndices(directory, "val.offsets");
  const ranges = offsets.map((start, index) => ({ start, end: offsets[index + 1] ?? splits.val.tokens }));
  const found = await readRanges(directory, "val", dtype, ranges);
  return { manifest, conversations: found.map((range) => turnsOf(range, transcript)) };
}

/** A turn of which anything is context alone is context as a whole: no part of it is measured. */
function turnsOf({ ids, mask }: TokenRange, transcript: Transcript): Turn[] {
  const turns = transcript.parse(ids);
  const own = transcript.render(turns);
  return turns.map((turn, index) => {
    const [start, end] = [own.turnStarts[index], own.turnStarts[index + 1] ?? ids.length];
    const isContext = mask.slice(start, end).some((code, at) => code !== own.mask[(start ?? 0) + at]);
    return isContext ? { ...turn, contextOnly: turn.bubbles.map(() => true) } : turn;
  });
}

/** Writes a data set that holds these conversations alone, all of them held out, in the ids of another tokeniser. */
export async function writeHeldOut(
  { manifest, conversations }: HeldOut,
  { tokenizerDirectory, rendering, out }: { tokenizerDirectory: string; rendering: Rendering; out: string },
): Promise<void> {
  const tokenizer = await loadTokenizer(tokenizerDirectory);
  const transcript = createTranscript({ tokenizer, rendering, persona: manifest.persona });
  const buffer = new TokenBuffer();
  const offsets: number[] = [];
  const turnStarts: number[] = [];
  for (const conversation of conversations) {
    offsets.push(buffer.length);
    turnStarts.push(...transcript.renderInto(buffer, conversation).turns);
  }
  const ids = buffer.ids.slice(0, buffer.length);
  const mask = buffer.mask.slice(0, buffer.length);
  const splits = {
    train: {
      ...nothing,
      files: await writeSplit(out, "train", [new Uint32Array(), new Uint8Array(), [], []]),
    },
    val: {
      conversations: offsets.length,
      turns: turnStarts.length,
      tokens: ids.length,
      supervisedTokens: mask.filter((code) => code === MaskCode.persona).length,
      files: await writeSplit(out, "val", [ids, mask, offsets, turnStarts]),
    },
  };
  for (const name of tokenizerFileNames)
    await copyFile(path.join(tokenizerDirectory, name), path.join(out, name)).catch(ignoreMissing);
  const { sha256, vocabularySize } = tokenizer;
  const own: ShardManifest = {
    ...manifest,
    rendering,
    splits,
    dtype: "uint32",
    endOfConversation: transcript.endOfConversation,
    tokenizer: { name: path.basename(tokenizerDirectory), sha256, vocabularySize },
  };
  await writeFile(path.join(out, "manifest.json"), JSON.stringify(own));
}

const nothing = { conversations: 0, turns: 0, tokens: 0, supervisedTokens: 0 };

async function writeSplit(
  directory: string,
  split: string,
  [ids, mask, offsets, turns]: [Uint32Array, Uint8Array, number[], number[]],
): Promise<ShardManifest["splits"]["val"]["files"]> {
  const write = async (extension: string, content: Uint8Array) => {
    await writeFile(path.join(directory, `${split}.${extension}`), content);
    return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
  };
  const indices = (values: number[]) => new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
  return {
    bin: await write("bin", new Uint8Array(ids.buffer, 0, ids.byteLength)),
    mask: await write("mask", mask),
    offsets: await write("offsets", indices(offsets)),
    turns: await write("turns", indices(turns)),
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

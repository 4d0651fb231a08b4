/** What must hold of the shards themselves, found by other means than those that wrote them. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { MaskCode, type ShardManifest, type Turn } from "../../../src/handoffs/index.ts";
import { TokenBuffer } from "../../../src/tokenizer/token-buffer.ts";
import { loadTokenizer } from "../../../src/tokenizer/tokenizer.ts";
import { createTranscript, type Transcript } from "../../../src/transcript/transcript.ts";
import { tokensIn } from "./compare.ts";

type Split = "train" | "val";

interface Conversation {
  tokens: number[];
  mask: number[];
  turns: Turn[];
}

export async function expectSoundShards(directory: string, manifest: ShardManifest): Promise<void> {
  const { rendering, persona } = manifest;
  const transcript = createTranscript({ tokenizer: await loadTokenizer(directory), rendering, persona });
  const train = await readSplit(directory, "train", manifest, transcript);
  const val = await readSplit(directory, "val", manifest, transcript);
  for (const [split, conversations] of [
    ["train", train],
    ["val", val],
  ] as const) {
    const supervised = conversations.map((conversation) =>
      supervisedBubbles(conversation, transcript, rendering === "chat"),
    );
    expect(sumOf(supervised)).toBe(manifest.splits[split].personaBubbles);
  }
  expectNothingHeldOut(train, val);
}

/** Counts and hashes are those of the files. */
async function readSplit(
  directory: string,
  split: Split,
  manifest: ShardManifest,
  transcript: Transcript,
): Promise<Conversation[]> {
  const { files, ...counts } = manifest.splits[split];
  const read = async (end: keyof typeof files) => {
    const bytes = await readFile(path.join(directory, `${split}.${end}`));
    expect({ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }).toEqual(
      files[end],
    );
    return bytes;
  };
  const tokens = tokensIn(await read("bin"), manifest.dtype);
  const mask = [...(await read("mask"))];
  const starts = await Promise.all(
    (["offsets", "turns"] as const).map(async (end) => indicesIn(await read(end))),
  );
  const [offsets = [], turns = []] = starts;
  expect(counts).toMatchObject({
    tokens: tokens.length,
    conversations: offsets.length,
    turns: turns.length,
    supervisedTokens: mask.filter((code) => code === MaskCode.persona).length,
  });
  return offsets.map((start, index) => {
    const own = tokens.slice(start, offsets[index + 1]);
    return { tokens: own, mask: mask.slice(start, offsets[index + 1]), turns: transcript.parse(own) };
  });
}

function indicesIn(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) => Number(bytes.readBigUInt64LE(8 * index)));
}

/** Each bubble of the persona is learned from its first token to its last, or not at all; nobody else's is. */
function supervisedBubbles(
  { tokens, mask, turns }: Conversation,
  transcript: Transcript,
  isChat: boolean,
): number {
  const buffer = new TokenBuffer();
  const starts = transcript.renderInto(buffer, turns);
  expect([...buffer.ids.subarray(0, buffer.length)]).toEqual(tokens);
  const isLearned = new Array<boolean>(tokens.length).fill(false);
  let supervised = 0;
  for (const [index, { isPersona, bubbles }] of turns.entries()) {
    for (let bubble = 0; isPersona && bubble < bubbles.length; bubble++) {
      const from = starts.bubbles[index]?.[bubble] ?? 0;
      const to = starts.bubbles[index]?.[bubble + 1] ?? starts.turns[index + 1] ?? tokens.length - 1;
      const last = mask.lastIndexOf(MaskCode.persona, to - 1);
      if (last < from) continue;
      // A chat template's line break after the end of a turn is its own.
      expect(to - 1 - last).toBeLessThanOrEqual(isChat && bubble === bubbles.length - 1 ? 1 : 0);
      supervised++;
      isLearned.fill(true, from, last + 1);
    }
  }
  for (const [at, code] of mask.entries())
    if ((code === MaskCode.persona) !== isLearned[at])
      throw new Error(`Token ${at} of ${tokens.length} has mask ${code}.`);
  return supervised;
}

/** No eight words in a row of what is held out, whoever wrote it, stand in a text of training. */
function expectNothingHeldOut(train: Conversation[], val: Conversation[]): void {
  const heldOut = new Set(val.flatMap(runsOfEight));
  expect(train.flatMap(runsOfEight).filter((run) => heldOut.has(run))).toEqual([]);
}

const aWord =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}])+/gu;

function runsOfEight({ turns }: Conversation): string[] {
  return turns.flatMap(({ bubbles }) =>
    bubbles.flatMap((text) => {
      const words = text.toLowerCase().match(aWord) ?? [];
      return words.slice(7).map((_, at) => words.slice(at, at + 8).join(" "));
    }),
  );
}

function sumOf(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

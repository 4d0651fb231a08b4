import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ShardManifest, Turn } from "../handoffs/index.ts";
import { loadTokenizer } from "../tokenizer/index.ts";
import { createTranscript } from "../transcript/index.ts";

/** What somebody wrote in a conversation that training never saw, and what the persona really answered. */
export interface HeldOutPrompt {
  speaker: string;
  said: string[];
  answer: string[];
}

/** Characters: enough to answer to, few enough to read at a glance. */
const shortest = 12;
const longest = 160;

/** Openings of held-out conversations, read back from the shard they were written to. */
export async function heldOutPrompts(
  directory: string,
  { rendering, persona, dtype }: ShardManifest,
  { count, tokenizerDirectory }: { count: number; tokenizerDirectory: string },
): Promise<HeldOutPrompt[]> {
  const tokenizer = await loadTokenizer(tokenizerDirectory);
  const transcript = createTranscript({ tokenizer, rendering, persona });
  const ids = await readIds(path.join(directory, "val.bin"), dtype);
  const offsets = await readOffsets(path.join(directory, "val.offsets"));
  const prompts: HeldOutPrompt[] = [];
  for (const [index, start] of offsets.entries()) {
    if (prompts.length === count) break;
    const prompt = openingOf(transcript.parse(ids.slice(start, offsets[index + 1])));
    if (prompt !== undefined) prompts.push(prompt);
  }
  return prompts;
}

function openingOf([asked, answered]: Turn[]): HeldOutPrompt | undefined {
  if (asked === undefined || asked.isPersona || !answered?.isPersona) return undefined;
  const { length } = asked.bubbles.join(" ");
  if (length < shortest || length > longest) return undefined;
  return { speaker: asked.speaker, said: asked.bubbles, answer: answered.bubbles };
}

async function readIds(file: string, dtype: ShardManifest["dtype"]): Promise<number[]> {
  const bytes = new Uint8Array(await readFile(file)).buffer;
  return Array.from(dtype === "uint16" ? new Uint16Array(bytes) : new Uint32Array(bytes));
}

async function readOffsets(file: string): Promise<number[]> {
  const bytes = new Uint8Array(await readFile(file)).buffer;
  return Array.from(new BigUint64Array(bytes), Number);
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ShardManifest, Turn } from "../handoffs.ts";
import { loadTokenizer } from "../tokenizer.ts";
import { createTranscript } from "../transcript.ts";

/** What somebody wrote in a conversation that training never saw, and what the persona really answered. */
export interface HeldOutPrompt {
  speaker: string;
  text: string;
  answer: string[];
}

/** Long enough to answer to, short enough for one line of a terminal. */
const shortest = 15;
const longest = 70;

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
  const [text = "", ...others] = asked?.bubbles ?? [];
  const isUsable = text.length >= shortest && text.length <= longest && others.length === 0;
  if (!isUsable || asked === undefined || asked.isPersona || !answered?.isPersona) return undefined;
  return { speaker: asked.speaker, text, answer: answered.bubbles };
}

async function readIds(file: string, dtype: ShardManifest["dtype"]): Promise<number[]> {
  const bytes = new Uint8Array(await readFile(file)).buffer;
  return Array.from(dtype === "uint16" ? new Uint16Array(bytes) : new Uint32Array(bytes));
}

async function readOffsets(file: string): Promise<number[]> {
  const bytes = new Uint8Array(await readFile(file)).buffer;
  return Array.from(new BigUint64Array(bytes), Number);
}

import { readIndices, readRanges, type ShardManifest, type Turn } from "../handoffs/index.ts";
import { loadTokenizer } from "../tokenizer/index.ts";
import { createTranscript } from "../transcript/index.ts";

/** What somebody wrote in a conversation that training never saw, and what the persona really answered. */
export interface HeldOutPrompt {
  speaker: string;
  said: string[];
  answer: string[];
}

/** Characters: enough to answer, few enough to read at a glance. */
const minCharacters = 12;
const maxCharacters = 160;
/** Fewer words answer nothing that could be compared. */
const minAnswerWords = 3;

/** Openings of held-out conversations that can be answered: questions first, each with a real answer in words. */
export async function heldOutPrompts(
  directory: string,
  { rendering, persona, dtype, splits }: ShardManifest,
  { count, tokenizerDirectory }: { count: number; tokenizerDirectory: string },
): Promise<HeldOutPrompt[]> {
  const tokenizer = await loadTokenizer(tokenizerDirectory);
  const transcript = createTranscript({ tokenizer, rendering, persona });
  const starts = await readIndices(directory, "val.offsets");
  const prompts: HeldOutPrompt[] = [];
  for (const [index, start] of starts.entries()) {
    const range = { start, end: starts[index + 1] ?? splits.val.tokens };
    const [{ ids } = { ids: [] }] = await readRanges(directory, "val", dtype, [range]);
    const prompt = openingOf(transcript.parse(ids));
    if (prompt !== undefined) prompts.push(prompt);
  }
  const isQuestion = ({ said }: HeldOutPrompt) => said.some((bubble) => bubble.includes("?"));
  return [...prompts.filter(isQuestion), ...prompts.filter((prompt) => !isQuestion(prompt))].slice(0, count);
}

function openingOf([asked, answered]: Turn[]): HeldOutPrompt | undefined {
  if (asked === undefined || asked.isPersona || !answered?.isPersona) return undefined;
  const { length } = asked.bubbles.join(" ");
  if (length < minCharacters || length > maxCharacters) return undefined;
  const words = answered.bubbles.join(" ").match(/\p{L}+/gu) ?? [];
  if (words.length < minAnswerWords) return undefined;
  return { speaker: asked.speaker, said: asked.bubbles, answer: answered.bubbles };
}

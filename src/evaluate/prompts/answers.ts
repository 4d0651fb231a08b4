import { createHash } from "node:crypto";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { lineReader, parseLine } from "../../handoffs/index.ts";
import { makePrivateDirectory, type Workspace, writeFileAtomically } from "../../workspace.ts";
import { answersPage } from "./answers-page.ts";
import type { Answered, Prompt } from "./prompts.ts";

/** Something that answers questions. */
export interface Contestant {
  name: string;
  /** What its answers depend on besides the question: with another identity they are asked for again. */
  identity: string;
  /** Loads it; only done where an answer is missing. */
  open(): Promise<{ answer(prompt: string, signal: AbortSignal): Promise<string[]>; close(): Promise<void> }>;
}

interface BenchmarkOptions {
  workspace: Workspace;
  prompts: Prompt[];
  contestants: Contestant[];
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

const Cached = z.object({ key: z.string(), bubbles: z.array(z.string()) });

/**
 * Asks everybody every question. Answers are kept as they come, so that an interrupted benchmark goes on where it was, and
 * no model is asked twice.
 *
 * @returns The answers, and the page that shows them side by side.
 */
export async function answerPrompts(
  options: BenchmarkOptions,
): Promise<{ answered: Answered[]; file: string }> {
  const { workspace, prompts, contestants } = options;
  const directory = path.join(workspace.root, "prompts");
  await makePrivateDirectory(directory);
  const answers = await collectAnswers(options, path.join(directory, "cache.jsonl"));
  const answered = prompts.map(({ category, text }) => ({
    category,
    text,
    answers: contestants.map((contestant) => ({
      model: contestant.name,
      bubbles: answers.get(keyOf(contestant, text)) ?? [],
    })),
  }));
  const file = path.join(directory, "answers.html");
  await writeFileAtomically(
    path.join(directory, "answers.json"),
    `${JSON.stringify(answered, undefined, 2)}\n`,
  );
  await writeFileAtomically(file, answersPage(answered));
  return { answered, file };
}

async function collectAnswers(
  { prompts, contestants, onProgress, signal }: BenchmarkOptions,
  cacheFile: string,
): Promise<Map<string, string[]>> {
  const answers = await readCache(cacheFile);
  let done = 0;
  for (const contestant of contestants) {
    const missing = prompts.filter(({ text }) => !answers.has(keyOf(contestant, text)));
    done += prompts.length - missing.length;
    if (missing.length === 0) continue;
    const model = await contestant.open();
    try {
      for (const { text } of missing) {
        const bubbles = await model.answer(text, signal);
        signal.throwIfAborted();
        const key = keyOf(contestant, text);
        answers.set(key, bubbles);
        await appendFile(cacheFile, `${JSON.stringify({ key, bubbles })}\n`, { mode: 0o600 });
        onProgress(++done, prompts.length * contestants.length);
      }
    } finally {
      await model.close();
    }
  }
  return answers;
}

/** Lines that a power cut has left damaged are asked for again. */
async function readCache(file: string): Promise<Map<string, string[]>> {
  const lines = await lineReader(file)();
  return new Map(
    lines.flatMap((line) => {
      const cached = parseLine(Cached, line);
      return cached ? [[cached.key, cached.bubbles] as const] : [];
    }),
  );
}

function keyOf({ identity }: Contestant, prompt: string): string {
  return createHash("sha256")
    .update(JSON.stringify([identity, prompt]))
    .digest("hex");
}

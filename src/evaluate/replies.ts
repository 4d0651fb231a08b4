import { existsSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { UserError } from "../errors.ts";
import { evaluationDirectory, lineReader, parseLine } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";

/** What somebody said in one turn. */
export const Words = z.object({ speaker: z.string(), bubbles: z.array(z.string()) });

/** A reply to a held-out context: what the person said, or what a model said in their place. */
const Reply = z.object({
  /** `run` and `base` at temperature 1, `served` as chat and bot draw it. */
  source: z.enum(["real", "run", "base", "served"]),
  /** Index of the held-out conversation. */
  conversation: z.int(),
  context: z.array(Words),
  bubbles: z.array(z.string()),
});
export type Reply = z.infer<typeof Reply>;

export const repliesFile = (workspace: Workspace, id: string) =>
  path.join(evaluationDirectory(workspace, id), "replies.jsonl");

/**
 * The replies that `evaluate.py` has written down of a run, for the owner's eyes alone; none where it has not.
 *
 * @throws UserError when the file is damaged, without its words.
 */
export async function readReplies(workspace: Workspace, id: string): Promise<Reply[]> {
  const file = repliesFile(workspace, id);
  // A last line without its end is still being written.
  const lines = await lineReader(file)();
  return lines.map((line, index) => {
    const reply = parseLine(Reply, line);
    if (reply !== undefined) return reply;
    throw new UserError(`Line ${index + 1} of ${file} is damaged.`, {
      fix: `Delete the folder that it lies in, and evaluate the run again: persona eval ${id}`,
    });
  });
}

/** A training message, and how probable it is that the model, as it is served, writes it when asked once. */
const Worst = z.object({
  whose: z.enum(["persona", "other"]),
  text: z.string(),
  before: z.number(),
  after: z.number(),
});

/** The training messages that training has made likeliest, for the owner's eyes alone; undefined before the first evaluation. */
export async function readWorst(
  workspace: Workspace,
  id: string,
): Promise<z.infer<typeof Worst>[] | undefined> {
  const file = path.join(evaluationDirectory(workspace, id), "worst.jsonl");
  if (!existsSync(file)) return undefined;
  return (await lineReader(file)()).flatMap((line) => parseLine(Worst, line) ?? []);
}

/** Replies to one context. */
export interface Question {
  context: Reply["context"];
  bySource: Partial<Record<Reply["source"], string[]>>;
}

/** The contexts that were answered, by a key that is the same for every run of one data set, in the order of the file. */
export function questionsOf(replies: Reply[]): Map<string, Question> {
  const questions = new Map<string, Question>();
  for (const { conversation, context, source, bubbles } of replies) {
    const key = JSON.stringify([conversation, context]);
    const question = questions.get(key) ?? { context, bySource: {} };
    question.bySource[source] ??= bubbles;
    questions.set(key, question);
  }
  return questions;
}

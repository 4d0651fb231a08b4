import { appendFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { evaluationDirectory, lineReader, parseLine } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";
import { repliesFile, Words } from "./replies.ts";

/** A held-out context that the persona answered; `index` is its place among those that are asked. */
const Question = z.object({ index: z.int(), conversation: z.int(), context: z.array(Words) });
type Question = z.infer<typeof Question>;

/** What came of a question, as friends would have got it. */
export interface ServedReply {
  bubbles: string[];
  /** The ids of its bubbles and of the end of a turn; none where it said nothing. */
  ids: number[];
  /** Whether the turn came to its end. */
  ended: boolean;
}

/** Who answers as friends are answered: with the engine, filters and guard that serve. */
export interface Respondent {
  /** Questions that it answers together. */
  atOnce: number;
  answer(question: Pick<Question, "index" | "context">, signal: AbortSignal): Promise<ServedReply>;
  close(): Promise<void>;
}

interface Answering {
  workspace: Workspace;
  /** Of the run. */
  id: string;
  openRespondent(): Promise<Respondent>;
  onProgress(done: number, total: number): void;
  signal: AbortSignal;
}

/** Has the questions answered that `evaluate.py` has written down, and keeps each answer at once: what was killed goes on there. */
export async function answerAsServed({ workspace, id, openRespondent, onProgress, signal }: Answering) {
  const lines = await lineReader(path.join(evaluationDirectory(workspace, id), "questions.jsonl"))();
  const questions = lines.flatMap((line) => parseLine(Question, line) ?? []);
  if (questions.length === 0) return;
  const respondent = await openRespondent();
  try {
    const left = questions.values();
    let done = 0;
    const answerSome = async () => {
      for (const question of left) {
        signal.throwIfAborted();
        const { bubbles, ended, ids } = await respondent.answer(question, signal);
        // A reply that was cut short by whoever stops the evaluation is none.
        signal.throwIfAborted();
        const line = { source: "served", ...question, bubbles, ended, ids };
        await appendFile(repliesFile(workspace, id), `${JSON.stringify(line)}\n`, { mode: 0o600 });
        onProgress(++done, questions.length);
      }
    };
    // None goes on with a respondent that is closed.
    const ends = await Promise.allSettled(Array.from({ length: respondent.atOnce }, answerSome));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  } finally {
    await respondent.close();
  }
}

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Reply } from "../../src/evaluate/replies.ts";
import { evaluationDirectory } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";

/** What Ana said, or a model in her place, to the question of a number. */
export function replyTo(question: number, source: Reply["source"], ...bubbles: string[]): Reply {
  return {
    source,
    conversation: question,
    context: [{ speaker: "Ben", bubbles: [`question ${question}`] }],
    bubbles,
  };
}

/** Writes the replies of a run as `evaluate.py` does. */
export async function writeReplies(workspace: Workspace, id: string, replies: Reply[]): Promise<void> {
  const directory = evaluationDirectory(workspace, id);
  await mkdir(directory, { recursive: true });
  const lines = replies.map((reply) => `${JSON.stringify(reply)}\n`);
  await writeFile(path.join(directory, "replies.jsonl"), lines.join(""));
}

/** Writes what was asked of an evaluation, which is all that `evaluate.py` has written of one that has only begun. */
export async function writePlan(
  workspace: Workspace,
  id: string,
  asked: { seconds?: number } & Record<string, unknown>,
): Promise<void> {
  const directory = evaluationDirectory(workspace, id);
  await mkdir(directory, { recursive: true });
  const usual = asked.seconds === undefined ? { served: { by: "engine" } } : {};
  const plan = { version: 3, replies: 1000, seconds: null, full: false, seed: 0, ...usual, ...asked };
  await writeFile(path.join(directory, "plan.json"), JSON.stringify(plan));
}

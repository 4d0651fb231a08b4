import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { readReplies, repliesFile } from "../../src/evaluate/replies.ts";
import { answerAsServed, type Respondent } from "../../src/evaluate/served-replies.ts";
import { evaluationDirectory } from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";

const questions = Array.from({ length: 9 }, (_, index) => ({
  index,
  conversation: index % 3,
  context: [{ speaker: "Ben", bubbles: [`question ${index}`] }],
}));

/** Repeats what it is asked, and remembers that it was closed. */
class Echo implements Respondent {
  readonly atOnce = 3;
  asked = 0;
  isClosed = false;

  async answer({ context }: Parameters<Respondent["answer"]>[0]) {
    this.asked++;
    await new Promise(setImmediate);
    return { bubbles: context.at(-1)?.bubbles ?? [], ids: [1, 2], ended: true };
  }

  async close() {
    this.isClosed = true;
  }
}

test("each question is answered once, in a line of its own, readable by the owner alone", async () => {
  const workspace = await workspaceWith(questions);
  const echo = new Echo();
  const heard: string[] = [];
  await answer(workspace, echo, { onProgress: (done, total) => heard.push(`${done} of ${total}`) });

  const replies = await readReplies(workspace, "aaaa");
  expect(replies.map(({ bubbles }) => bubbles[0]).toSorted()).toEqual(
    questions.map(({ index }) => `question ${index}`),
  );
  expect(new Set(replies.map(({ source }) => source))).toEqual(new Set(["served"]));
  const [line = ""] = (await readFile(repliesFile(workspace, "aaaa"), "utf8")).split("\n");
  expect(JSON.parse(line)).toMatchObject({ index: expect.any(Number), ids: [1, 2], ended: true });
  expect((await stat(repliesFile(workspace, "aaaa"))).mode & 0o777).toBe(0o600);
  expect(heard.at(-1)).toBe("9 of 9");
  expect(echo.isClosed).toBe(true);
});

test("without a question left, no model is loaded", async () => {
  const workspace = await workspaceWith([]);

  await answerAsServed({
    workspace,
    id: "aaaa",
    openRespondent: () => Promise.reject(new Error("loaded")),
    onProgress: () => {},
    signal: new AbortController().signal,
  });
});

test("whoever stops it leaves whole answers alone, and the model is closed", async () => {
  const workspace = await workspaceWith(questions);
  const echo = new Echo();
  const controller = new AbortController();
  const stopAfterThree = (done: number) => done === 3 && controller.abort();

  await expect(
    answer(workspace, echo, { signal: controller.signal, onProgress: stopAfterThree }),
  ).rejects.toMatchObject({ name: "AbortError" });
  const kept = (await readReplies(workspace, "aaaa")).length;
  expect(kept).toBeLessThanOrEqual(echo.asked);
  expect(kept).toBeGreaterThanOrEqual(3);
  expect(echo.asked).toBeLessThan(questions.length);
  expect(echo.isClosed).toBe(true);
});

interface Answering {
  signal?: AbortSignal;
  onProgress(done: number, total: number): unknown;
}

function answer(
  workspace: Workspace,
  respondent: Respondent,
  { signal, onProgress }: Answering,
): Promise<void> {
  return answerAsServed({
    workspace,
    id: "aaaa",
    openRespondent: async () => respondent,
    onProgress,
    signal: signal ?? new AbortController().signal,
  });
}

async function workspaceWith(asked: object[]): Promise<Workspace> {
  const workspace = await newWorkspace();
  const directory = evaluationDirectory(workspace, "aaaa");
  await mkdir(directory, { recursive: true });
  const lines = asked.map((question) => `${JSON.stringify(question)}\n`).join("");
  await writeFile(path.join(directory, "questions.jsonl"), lines);
  return workspace;
}

import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { drawBallots } from "../../../src/evaluate/index.ts";
import { evaluationDirectory } from "../../../src/handoffs/index.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runRecord } from "../../train/run-record.ts";
import { replyTo, writePlan, writeReplies } from "../replies.ts";

const run = runRecord({ id: "aaaa" });
const inOrder = () => 0;

test("what stands to vote is what everybody answered, each differently", async () => {
  const workspace = await newWorkspace();
  await writeReplies(workspace, "aaaa", [
    ...[
      replyTo(0, "real", "yes"),
      replyTo(0, "base", "Hello!"),
      replyTo(0, "served", "sure"),
      replyTo(0, "run", "hm"),
    ],
    ...[replyTo(1, "real", "same"), replyTo(1, "base", "Hi"), replyTo(1, "served", "same")],
    ...[replyTo(2, "real", "yes"), replyTo(2, "base", " "), replyTo(2, "served", "ok")],
    replyTo(3, "real", "only the real one"),
  ]);

  expect(await drawBallots(workspace, run, ["base", "real"], inOrder)).toEqual([
    {
      context: [{ speaker: "Ben", bubbles: ["question 0"] }],
      answers: [
        { by: "aaaa", bubbles: ["sure"] },
        { by: "base", bubbles: ["Hello!"] },
        { by: "real", bubbles: ["yes"] },
      ],
    },
  ]);
});

test("another run's answers are found by the message that they answer", async () => {
  const workspace = await newWorkspace();
  await writeReplies(
    workspace,
    "aaaa",
    [0, 1].map((question) => replyTo(question, "served", `a${question}`)),
  );
  await writeReplies(
    workspace,
    "bbbb",
    [1, 2].map((question) => replyTo(question, "run", `b${question}`)),
  );
  const [ballot, ...others] = await drawBallots(workspace, run, ["bbbb"], inOrder);

  expect(others).toEqual([]);
  expect(ballot?.answers.map(({ bubbles }) => bubbles)).toEqual([["a1"], ["b1"]]);
});

test("the order tells nothing: chance alone decides it", async () => {
  const workspace = await newWorkspace();
  const questions = Array.from({ length: 200 }, (_, question) => question);
  await writeReplies(
    workspace,
    "aaaa",
    questions.flatMap((question) => [replyTo(question, "served", "a"), replyTo(question, "real", "r")]),
  );
  const ballots = await drawBallots(workspace, run, ["real"], Math.random);
  const first = ballots.filter(({ answers }) => answers[0]?.by === "aaaa").length;

  expect(first).toBeGreaterThan(50);
  expect(first).toBeLessThan(150);
});

test("why nothing can be voted on is said, with what to do", async () => {
  const workspace = await newWorkspace();
  const draw = (...against: string[]) => drawBallots(workspace, run, against, inOrder);

  await expect(draw("real")).rejects.toMatchObject({ fix: "Let it: persona eval aaaa" });
  await writeReplies(workspace, "aaaa", [replyTo(0, "served", "a")]);
  await expect(draw("real")).rejects.toThrow("There is no message that all of aaaa, real answered");
  await expect(draw("aaaa")).rejects.toThrow("A vote is between 2 or 3 answers, not 1.");
  await expect(draw("real", "base", "bbbb")).rejects.toThrow("A vote is between 2 or 3 answers, not 4.");
});

test("where an evaluation was interrupted, the command that finishes it is named", async () => {
  const workspace = await newWorkspace();
  const draw = () => drawBallots(workspace, run, ["real", "bbbb"], inOrder);
  const interrupted = {
    message: "An evaluation of run aaaa was begun and not finished.",
    fix: "Finish it: persona eval aaaa --replies 300 --seconds 60",
  };
  await writePlan(workspace, "aaaa", { replies: 300, seconds: 60 });
  await expect(draw()).rejects.toMatchObject(interrupted);
  await writeReplies(workspace, "aaaa", [replyTo(0, "served", "a")]);
  await expect(draw()).rejects.toMatchObject(interrupted);

  await writeFile(path.join(evaluationDirectory(workspace, "aaaa"), "summary.json"), "{}");
  await writePlan(workspace, "bbbb", {});
  await expect(draw()).rejects.toMatchObject({ fix: "Finish it: persona eval bbbb" });
  await writePlan(workspace, "bbbb", { served: { temperature: 1 } });
  await expect(draw()).rejects.toMatchObject({ fix: "Finish it: persona eval bbbb --served-by pytorch" });
});

test("damaged replies are named by their line and not by their words", async () => {
  const workspace = await newWorkspace();
  await writeReplies(workspace, "aaaa", [replyTo(0, "served", "a")]);
  await appendFile(
    path.join(evaluationDirectory(workspace, "aaaa"), "replies.jsonl"),
    '{"bubbles":"secret"}\n{"cut',
  );

  const error = await drawBallots(workspace, run, ["real"], inOrder).catch(({ message }) => message);
  expect(error).toMatch(/^Line 2 of .*replies\.jsonl is damaged\.$/);
});

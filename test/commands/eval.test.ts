import { appendFile, readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { replyTo, writeReplies } from "../evaluate/replies.ts";
import { newWorkspace } from "../new-workspace.ts";
import { writeFinishedRun } from "../train/run-record.ts";
import { runInProcess } from "./in-process.ts";

test("a blind test shows answers without names, keeps votes and corrections, and says how it stands", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });
  const questions = Array.from({ length: 3 }, (_, question) => question);
  await writeReplies(
    workspace,
    "aaaa",
    questions.flatMap((question) => [
      replyTo(question, "served", `s${question}`),
      replyTo(question, "real", `r${question}`),
    ]),
  );
  const words = ["--data", workspace.root, "eval", "--ask", "--against", "real", "--relation", "friend"];
  const first = await runInProcess(words, { input: "7\n1\nx2\nnever mind\n0\nq\n" });

  expect(first.exitCode).toBe(0);
  expect(first.stderr).toContain("Type a number from 0 to 2, x and a number, or q.");
  expect(first.stderr).toMatch(
    /2 votes so far\.\n {2}by friend: run aaaa rather than the real one: [01] of 1, .*: too few votes to tell/,
  );
  const lines = (await readFile(workspace.votesFile, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type, relation }) => [type, relation])).toEqual([
    ["vote", "friend"],
    ["correction", "friend"],
    ["vote", "friend"],
  ]);
  expect(lines[0].among.toSorted()).toEqual(["aaaa", "real"]);
  expect(lines[1]).toMatchObject({ better: ["never mind"], rejected: [expect.stringMatching(/^[sr]\d$/)] });
  expect(lines[2].chosen).toBeNull();
  expect((await stat(workspace.votesFile)).mode & 0o777).toBe(0o600);

  await appendFile(workspace.votesFile, '{"type":"vote","secret"\n');
  const second = await runInProcess([...words, "--json"], { input: "" });
  expect(second.stderr).toContain("is damaged: 1 of its 4 lines cannot be read.");
  expect(JSON.parse(second.stdout)).toMatchObject({ run: "aaaa", votes: 2 });
});

test("without an evaluation there is nothing to vote on, and it says how to get one", async () => {
  const workspace = await newWorkspace();
  await writeFinishedRun(workspace, { id: "aaaa" });

  expect(await runInProcess(["--data", workspace.root, "eval", "--ask"])).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "Error: Run aaaa has answered no held-out messages yet.\n  Fix: Let it: persona eval aaaa\n",
  });
});

test.each([
  ["--with bbbb", "--with says nothing without --prompts.", "Leave out --with, or add --prompts."],
  ["--relation self", "--relation says nothing without --ask.", "Leave out --relation, or add --ask."],
  ["--worst --against real", "--against says nothing without --ask.", "Leave out --against."],
  ["--ask --full", "--full is about measuring, which --ask does not do.", "Leave out --full or --ask."],
  [
    "--prompts --calibrate",
    "--calibrate is about measuring, which --prompts does not do.",
    "Leave out --calibrate or --prompts.",
  ],
  [
    "--worst --prompts",
    "--prompts and --worst are two different things to do.",
    "Leave out --prompts or --worst.",
  ],
  [
    "--full --seconds 60",
    "--full measures all that is there, which --seconds would limit.",
    "Leave out --full or --seconds.",
  ],
  [
    "--full --replies 60",
    "--full measures all that is there, which --replies would limit.",
    "Leave out --full or --replies.",
  ],
])("flags of which one would be passed over are wrong usage: eval %s", async (words, problem, fix) => {
  const { root } = await newWorkspace();

  expect(await runInProcess(["--data", root, "eval", ...words.split(" ")])).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `Error: ${problem}\n  Fix: ${fix}\n`,
  });
});

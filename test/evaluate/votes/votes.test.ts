import { appendFile, readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { keepVote, readCorrections, readVotes, removeCorrections } from "../../../src/evaluate/index.ts";
import { newWorkspace } from "../../new-workspace.ts";

const refuse = (error: Error) => {
  throw error;
};
const shared = { at: "2026-01-01", relation: "self" as const };
const vote = { type: "vote" as const, ...shared, among: ["aaaa", "real"], chosen: "real" };
const correction = (by: string, dataset: string | undefined, text: string) => ({
  type: "correction" as const,
  ...shared,
  by,
  dataset,
  context: [{ speaker: "Ben", bubbles: [text] }],
  rejected: ["no"],
  better: ["yes"],
});

test("corrections are of one data set's conversations, and none of what the person really said", async () => {
  const workspace = await newWorkspace();
  await keepVote(workspace, correction("aaaa", "one", "umbrella"));
  await keepVote(workspace, correction("base", "one", "lamp"));
  await keepVote(workspace, correction("real", "one", "chair"));
  await keepVote(workspace, correction("aaaa", "two", "table"));
  await keepVote(workspace, correction("aaaa", undefined, "sofa"));

  const found = await readCorrections(workspace, "one", refuse);
  expect(found.map(({ context }) => context[0]?.bubbles[0])).toEqual(["umbrella", "lamp"]);
});

test("corrections that may hold somebody's words are removed, and votes stay", async () => {
  const workspace = await newWorkspace();
  await keepVote(workspace, vote);
  await keepVote(workspace, correction("aaaa", "one", "umbrella"));
  await keepVote(workspace, correction("bbbb", "two", "lamp"));
  await keepVote(workspace, correction("bbbb", undefined, "chair"));
  await appendFile(workspace.votesFile, '{"type":"correction","table\n');

  expect(await removeCorrections(workspace, ["one"])).toBe(2);
  const left = await readFile(workspace.votesFile, "utf8");
  expect(left).not.toMatch(/umbrella|chair|table/);
  expect(left).toContain("lamp");
  expect(await readVotes(workspace, refuse)).toEqual([vote]);
  expect((await stat(workspace.votesFile)).mode & 0o777).toBe(0o600);
  expect(await removeCorrections(workspace, ["one"])).toBe(0);
});

test("where nobody has voted there is nothing to remove", async () => {
  expect(await removeCorrections(await newWorkspace(), ["one"])).toBe(0);
});

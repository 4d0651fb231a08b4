import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { deskOf } from "../../../../src/commands/serving/chat/desk.ts";
import { readCorrections, removeCorrections } from "../../../../src/evaluate/index.ts";
import { newWorkspace } from "../../../new-workspace.ts";

const run = { id: "0123456789", dataset: "abcdef0123", persona: "Ana Lima" };
const turns = [
  { speaker: "Ben Ito", isPersona: false, bubbles: ["coming?", "or not"] },
  { speaker: "Ana Lima", isPersona: true, bubbles: ["two\nlines"] },
];

test("a correction is kept as those of blind votes are, and goes with its data set", async () => {
  const workspace = await newWorkspace();
  await deskOf(workspace, () => run).correct(turns.slice(0, 1), ["as an AI"], ["omw"]);
  const never = () => {
    throw new Error("a line is damaged");
  };

  expect(await readCorrections(workspace, run.dataset, never)).toMatchObject([
    {
      by: run.id,
      relation: "self",
      context: [{ speaker: "Ben Ito", bubbles: ["coming?", "or not"] }],
      rejected: ["as an AI"],
      better: ["omw"],
    },
  ]);
  expect((await stat(workspace.votesFile)).mode & 0o777).toBe(0o600);
  expect(await removeCorrections(workspace, [run.dataset])).toBe(1);
  expect(await readCorrections(workspace, run.dataset, never)).toEqual([]);
});

test("what is typed for a correction is masked as training masks it", async () => {
  const workspace = await newWorkspace();
  const desk = deskOf(
    workspace,
    () => run,
    () => () => (words) => words.replace("912 345 678", "[phone]"),
  );
  await desk.correct(turns.slice(0, 1), ["as an AI"], ["call 912 345 678"]);

  expect(await readFile(workspace.votesFile, "utf8")).toContain('"better":["call [phone]"]');
});

test("a conversation is written for its owner alone, and never over another file", async () => {
  const { root } = await newWorkspace();
  const file = path.join(root, "talk.txt");
  const desk = deskOf(await newWorkspace(), () => run);
  await desk.save(file, turns);

  expect(await readFile(file, "utf8")).toBe("Ben Ito: coming?\nBen Ito: or not\nAna Lima: two\n  lines\n");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(desk.save(file, [])).rejects.toThrow("it is there already");
  await expect(desk.save(path.join(root, "no folder", "talk.txt"), [])).rejects.toThrow("cannot be written");
});

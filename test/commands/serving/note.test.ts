import { beforeEach, expect, test } from "vitest";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { runInProcess } from "../in-process.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

test("a note is written, shown and cleared", async () => {
  const written = await note("in Lisbon until Friday", "--until", "2999-12-04");
  const shown = await note();
  const cleared = await note("--clear");

  expect(written).toMatch(/^Note: in Lisbon until Friday \(noted on \d{4}-\d\d-\d\d, until 2999-12-04\)$/m);
  expect(shown).toBe(written);
  expect([cleared, await note()]).toEqual(["There is no note.\n", "There is no note.\n"]);
});

test.each([[["words", "--clear"]], [["--until", "2999-12-04"]]])("%j is refused", async (words) => {
  expect(await note(...words)).toContain("do not go together");
});

test("a day that is over is refused, with what to do", async () => {
  const refused = await note("in Lisbon", "--until", "2020-01-31");

  expect(refused).toContain("2020-01-31 is over.");
  expect(refused).toContain("Choose today or a later day for --until.");
});

async function note(...words: string[]): Promise<string> {
  return (await runInProcess(["--data", workspace.root, "note", ...words])).stderr;
}

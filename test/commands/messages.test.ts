import { beforeAll, expect, test } from "vitest";
import { oldWorkspace } from "../new-workspace.ts";
import { runInProcess } from "./in-process.ts";

let data: string;

beforeAll(async () => {
  data = (await oldWorkspace()).root;
});

test.each([
  ["--person", "Zoe F", "Nobody in the message store", '"Zoë Fox"'],
  ["--person", "Bne", "Nobody in the message store", '"Ben Reis"'],
  ["--thread", "Film klub", "No thread in the message store", '"Film club"'],
])("a %s that is nowhere is refused with the closest: %s", async (flag, typed, nothing, closest) => {
  for (const json of [[], ["--json"]]) {
    const { exitCode, stdout, stderr } = await runInProcess([
      "messages",
      "--data",
      data,
      ...json,
      flag,
      typed,
    ]);

    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toBe(`Error: ${nothing} is called "${typed}".`);
    expect(stderr.split("\n")[1]).toMatch(new RegExp(`^ {2}Fix: Did you mean .*${closest}`));
  }
});

test("a part of a name, in any case, is a name", async () => {
  const { exitCode, stderr } = await runInProcess(["messages", "--data", data, "--person", "zoë"]);

  expect(exitCode).toBe(0);
  expect(stderr).toContain("Film club (group)");
});

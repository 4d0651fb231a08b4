import { expect, test } from "vitest";
import { runInProcess } from "../../commands/in-process.ts";
import { newWorkspace } from "../../new-workspace.ts";

test("a folder without a data set is told of before any table begins", async () => {
  const { root } = await newWorkspace();

  expect(await runInProcess(["bench", "bases", "gpt2", "--shards", root])).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: `Error: ${root} holds no data set.\n  Fix: Run persona prepare, and pass the folder that it names.\n`,
  });
});

import { execa } from "execa";
import { expect, test } from "vitest";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";
import { tokenizerFileNames } from "../../src/tokenizer/index.ts";

test("the trainer takes the same files for those of a tokeniser", async () => {
  const script = "import json; from trainer.bases import TOKENIZER_FILES; print(json.dumps(TOKENIZER_FILES))";
  const { stdout } = await execa(pythonPath, ["-c", script], {
    cwd: projectRoot,
    env: { PYTHONPATH: "scripts" },
  });

  expect(JSON.parse(stdout)).toEqual(tokenizerFileNames);
});

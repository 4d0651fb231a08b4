import { cp } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { projectRoot } from "../../src/project.ts";
import { chatTokenizerDirectory } from "../fixtures/tokenizers/chat.ts";
import { newWorkspace } from "../new-workspace.ts";
import { runInProcess } from "./in-process.ts";

let data: string;

beforeEach(async () => {
  data = (await newWorkspace()).root;
  await cp(path.join(projectRoot, "test/fixtures/old-data/data/messages"), path.join(data, "messages"), {
    recursive: true,
  });
});

test.each([
  ["gpt2", "This model has no chat template.", "Choose the plain rendering"],
  [
    "a template of answers alone",
    "This model's chat template is not one that turns can be joined with one by one.",
    "Choose the plain rendering (persona prepare and persona train take --rendering plain), or another base.",
  ],
])(
  "--rendering chat with %s is refused in two lines, before anything is queued",
  async (name, problem, fix) => {
    const template = "{% for m in messages %}{{ m.content }}{% endfor %}";
    const base = name === "gpt2" ? name : await chatTokenizerDirectory({ template });
    const words = ["train", "--data", data, "--base", base, "--rendering", "chat", "--any-size", "--detach"];

    const { exitCode, stderr } = await runInProcess(words);

    expect(stderr).toContain(`Error: ${problem}\n  Fix: ${fix}`);
    expect(exitCode).toBe(1);
  },
);

test("--rendering takes one of its three words", async () => {
  const { exitCode, stderr } = await runInProcess(["train", "--data", data, "--rendering", "sideways"]);

  expect(stderr).toContain("--rendering takes auto, plain or chat, not sideways.");
  expect(exitCode).toBe(2);
});

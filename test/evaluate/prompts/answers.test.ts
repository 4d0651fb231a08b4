import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { answerPrompts, builtInPrompts, type Contestant, readPrompts } from "../../../src/evaluate/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";

const prompts = ["hi", "how are you?"].map((text) => ({ category: "own", text }));
const never = new AbortController().signal;

test("everybody answers every question, in the order that was asked", async () => {
  const { answered, workspace } = await ask([echo("a"), echo("b")]);

  expect(answered).toEqual(
    ["hi", "how are you?"].map((text) => ({
      category: "own",
      text,
      answers: ["a", "b"].map((model) => ({ model, bubbles: [`${model}: ${text}`] })),
    })),
  );
  const folder = path.join(workspace.root, "prompts");
  expect(JSON.parse(await readFile(path.join(folder, "answers.json"), "utf8"))).toEqual(answered);
  for (const name of ["answers.json", "answers.html", "cache.jsonl"])
    expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
});

test("an answer is asked for once, unless the model has changed", async () => {
  const workspace = await newWorkspace();
  const asked: string[] = [];
  const model = (identity: string) => ({ ...echo("a", asked), identity });
  await ask([model("1")], workspace);
  await ask([model("1")], workspace);
  expect(asked).toEqual(["hi", "how are you?", "closed"]);
  await ask([model("2")], workspace);
  expect(asked).toHaveLength(6);
});

test("a benchmark that was interrupted goes on where it was", async () => {
  const workspace = await newWorkspace();
  const asked: string[] = [];
  const controller = new AbortController();
  const interrupted = answerPrompts({
    workspace,
    prompts,
    contestants: [echo("a", asked)],
    onProgress: () => controller.abort(),
    signal: controller.signal,
  });
  await expect(interrupted).rejects.toMatchObject({ name: "AbortError" });
  await writeFile(path.join(workspace.root, "prompts", "cache.jsonl"), '{"cut\n', { flag: "a" });
  const { answered } = await ask([echo("a", asked)], workspace);

  expect(asked.filter((text) => text === "hi")).toHaveLength(1);
  expect(answered[1]?.answers[0]?.bubbles).toEqual(["a: how are you?"]);
});

test("the questions that come along are of three kinds, each asked once", () => {
  const countOf = (kind: string) => builtInPrompts.filter(({ category }) => category === kind).length;

  expect(["brief", "long", "coding"].map(countOf)).toEqual([50, 40, 20]);
  expect(new Set(builtInPrompts.map(({ text }) => text)).size).toBe(110);
});

test("questions of one's own stand in a file, one a line", async () => {
  const { root } = await newWorkspace();
  const file = path.join(root, "questions.txt");
  await writeFile(file, "\ufeff# mine\r\n\r\nwho are you?\nwho are you?\n  and me? \n");
  expect((await readPrompts(file)).map(({ text }) => text)).toEqual(["who are you?", "and me?"]);
  await writeFile(file, "# none\n");

  await expect(readPrompts(file)).rejects.toMatchObject({ fix: "Write a question on each line." });
  await expect(readPrompts(path.join(root, "nowhere"))).rejects.toThrow("nowhere cannot be read.");
});

/** Repeats what it is asked. */
function echo(name: string, asked: string[] = []): Contestant {
  return {
    name,
    identity: name,
    open: async () => ({
      async answer(prompt) {
        asked.push(prompt);
        return [`${name}: ${prompt}`];
      },
      close: async () => void asked.push("closed"),
    }),
  };
}

async function ask(contestants: Contestant[], given?: Workspace) {
  const workspace = given ?? (await newWorkspace());
  const options = { workspace, prompts, contestants, onProgress: () => {}, signal: never };
  return { answered: (await answerPrompts(options)).answered, workspace };
}

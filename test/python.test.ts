import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../src/project.ts";
import { runScript, runScriptToEnd } from "../src/python.ts";

test.each([
  "see you at eight",
  '{"text": "see you at eight',
  '"see you at eight" and more',
  "[INFO] prompt: see you at eight",
  "bis acht, see you at eight 👋",
])("a line of a script that is not JSON is told without its words: %s", async (line) => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona python ")), "chatty.py");
  await writeFile(file, `print(${JSON.stringify(line)})\n`);
  const said = async () => {
    for await (const _ of runScript(path.relative(path.join(projectRoot, "scripts"), file), []));
  };
  const error = await said().catch((thrown: Error) => `${thrown.message} ${thrown.stack} ${thrown.cause}`);

  expect(error).toContain("chatty.py wrote a line to its stdout that is not JSON.");
  expect(error).not.toContain("eight");
});

test("a script without one of its packages says how to get it back", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona python ")), "needs.py");
  await writeFile(file, "import nobody_has_this.at_all\n");

  await expect(
    runScriptToEnd(path.relative(path.join(projectRoot, "scripts"), file), []),
  ).rejects.toMatchObject({
    name: "UserError",
    message: "The Python environment in .venv lacks nobody_has_this.",
    fix: "Remove .venv, then: persona doctor --install",
  });
});

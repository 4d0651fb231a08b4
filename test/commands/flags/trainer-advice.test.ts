import type { Command } from "commander";
import { execa } from "execa";
import { expect, test } from "vitest";
import { createProgram } from "../../../src/commands/program.ts";
import { projectRoot } from "../../../src/project.ts";
import { pythonPath } from "../../../src/python.ts";

/** Every text that the trainer gives as a problem or as its fix. */
const listAdvice = `
import ast, json, pathlib
found = []
for path in [*pathlib.Path("scripts/trainer").glob("*.py"), *pathlib.Path("scripts").glob("*.py")]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        is_problem = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
        if is_problem or isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            found += [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
print(json.dumps(found))
`;

test("flags that the trainer advises can be typed where a run is asked for", async () => {
  const { stdout } = await execa(pythonPath, ["-c", listAdvice], { cwd: projectRoot });
  const advice = JSON.parse(stdout) as string[];
  const named = advice.flatMap((text) => text.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []);
  const program = await createProgram(["train", "prepare"]);
  const known = program.commands
    .filter((command) => ["train", "prepare"].includes(command.name()))
    .flatMap(flagsOf);

  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((flag) => !known.includes(flag))).toEqual([]);
});

test("the trainer sends nobody to resume a run with other settings, which it keeps", async () => {
  const { stdout } = await execa(pythonPath, ["-c", listAdvice], { cwd: projectRoot });
  const advice = JSON.parse(stdout) as string[];

  expect(advice.filter((text) => /--[a-z].*persona runs resume/.test(text))).toEqual([]);
});

function flagsOf(command: Command): string[] {
  return command.options.flatMap(({ long, short }) => [long, short].filter((flag) => flag !== undefined));
}

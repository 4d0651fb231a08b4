import path from "node:path";
import { expect, test } from "vitest";
import { nextSteps } from "../../../src/commands/demo/next-steps.ts";
import { openWorkspace } from "../../../src/workspace.ts";
import { argumentsInShell } from "../in-shell.ts";

test("what the demo ends with can be pasted: it finds what the demo has made, wherever that is", async () => {
  const own = openWorkspace("/tmp/Ana's data 🦜");
  const demo = openWorkspace(path.join(own.root, "demo"));
  const commands = nextSteps(demo, own, { isMeasured: false }).filter((line) => line.includes("persona "));

  expect(await Promise.all(commands.map(argumentsInShell))).toEqual([
    ["--data", demo.root, "chat"],
    ["--data", demo.root, "eval"],
    ["--data", demo.root, "bot"],
    ["--data", own.root, "import", expect.stringContaining("facebook-*.zip")],
    ["--data", own.root, "train"],
  ]);
});

test("where nothing was said of a folder, one's own data need no word either", () => {
  const own = openWorkspace("data");
  const lines = nextSteps(openWorkspace("data/demo"), own, { isMeasured: true });

  expect(lines.at(-1)).toBe("  persona train");
  expect(lines.join("\n")).not.toContain("eval");
});

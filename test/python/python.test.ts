import { readdirSync } from "node:fs";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";

const modules = readdirSync(import.meta.dirname).filter((name) => /^test_.*\.py$/.test(name));

test.each(modules)("%s passes", { timeout: 600_000 }, async (module) => {
  const discover = ["-m", "unittest", "discover", "-s", "test/python", "-p", module];
  const { exitCode, stderr } = await execa(pythonPath, ["-W", "ignore", ...discover], {
    cwd: projectRoot,
    reject: false,
  });

  expect(stderr).toMatch(/Ran [1-9]\d* tests?/);
  expect(exitCode, stderr).toBe(0);
});

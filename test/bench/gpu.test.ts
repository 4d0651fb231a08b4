import { execa } from "execa";
import { expect, test } from "vitest";
import { builtProgram } from "../../src/project.ts";

test("persona bench gpu passes on what it is told, and the bench's words and exit code", async () => {
  const done = await bench("--small", "--parts", "generate", "--minutes", "60");
  const mistaken = await bench("--parts", "speed");

  expect(done.stdout).toMatch(/^\| generate, 8 rows \| [\d,]+ \|/m);
  expect(done.exitCode).toBe(0);
  expect(mistaken.stderr).toMatch(/^Error: There is no part speed\.\n {2}Fix: Choose among trainer, /);
  expect(mistaken.exitCode).toBe(2);
});

function bench(...words: string[]) {
  return execa(process.execPath, [builtProgram("cli.js"), "bench", "gpu", ...words], { reject: false });
}

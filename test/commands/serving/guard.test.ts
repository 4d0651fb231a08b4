import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { projectRoot } from "../../../src/project.ts";
import { runInProcess } from "../in-process.ts";

/** The run that answers in the old data, and the one that it went on from. */
const [answering, parent] = ["f2b3e88375", "916e71c1b1"];
let folder: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona guard "));
  await cp(path.join(projectRoot, "test", "fixtures", "old-data", "data"), path.join(folder, "data"), {
    recursive: true,
  });
  config = path.join(folder, "persona.json");
  await writeFile(config, "{}");
});

test("a run of an earlier version gets its guard when it first answers, and that of the run before it", async () => {
  const making = [answering, parent].map(
    (run) => `Noting, once, what run ${run} learned from, so that replies do not repeat it …`,
  );
  const first = await chat();
  const second = await chat();

  expect(first.exitCode).toBe(0);
  for (const line of making) {
    expect(first.stderr).toContain(line);
    expect(second.stderr).not.toContain(line);
  }
  expect((await stat(guardOf(answering))).size).toBeGreaterThan(100);
});

test("the owner may leave the guard out, by a flag or for good", async () => {
  const byFlag = await chat("--guard", "off");
  await writeFile(config, '{ "reply": { "guard": "off" } }');
  const byFile = await chat();
  const again = await chat("--guard", "on");

  for (const { stderr } of [byFlag, byFile]) expect(stderr).toContain("the guard is off");
  await expect(stat(guardOf(answering))).resolves.toBeDefined();
  expect(again.stderr).not.toContain("the guard is off");
});

test("without the data set, replies go on without a guard, with a warning that holds nobody's words", async () => {
  await rm(path.join(folder, "data", "shards"), { recursive: true });
  const { exitCode, stdout, stderr } = await chat();

  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ prompt: "hi" });
  expect(stderr).toMatch(/Data set ccca715b810d is gone.*\n {2}Fix: persona prepare/);
  expect(stderr).toContain("Nothing keeps replies from repeating what the run learned from.");
});

function chat(...flags: string[]) {
  const shared = ["--data", path.join(folder, "data"), "--config", config, "--json"];
  return runInProcess([...shared, "chat", ...flags], { input: "hi" });
}

function guardOf(run: string): string {
  return path.join(folder, "data", "runs", run, "guard.bin");
}

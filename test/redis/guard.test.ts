import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { runDirectory } from "../../src/handoffs/index.ts";
import { recordOf, request, useSmallRuns, workOff } from "./small-runs.ts";

const runs = useSmallRuns();

test("whoever trained a run leaves the guard of its replies beside its model", async () => {
  const { run } = await request(runs, { steps: 2 });
  await workOff(runs);

  expect(existsSync(path.join(runDirectory(runs.workspace, run.id), "guard.bin"))).toBe(true);
});

test("a run whose guard cannot be made is finished all the same, and that is said", async () => {
  const { run } = await request(runs, { steps: 3 });
  const notes: string[] = [];
  const file = path.join(runs.prepared.directory, "train.offsets");
  await rename(file, `${file}.away`);
  await workOff(runs, { note: (line) => notes.push(line) });
  await rename(`${file}.away`, file);

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
  expect(notes.at(-1)).toMatch(/the guard of its replies is left to whoever serves it \(ENOENT/);
  expect(existsSync(path.join(runDirectory(runs.workspace, run.id), "guard.bin"))).toBe(false);
});

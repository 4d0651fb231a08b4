import { expect, test } from "vitest";
import { cancelRun } from "../../src/train/index.ts";
import { openQueue } from "../../src/train/queue.ts";
import { recordOf, request, useSmallRuns, workOff } from "./small-runs.ts";

const runs = useSmallRuns();

test("a run whose order the server has lost is queued again by the next worker", async () => {
  const { run } = await request(runs, { seed: 10 });
  await openQueue(runs.server).redis.flushall();
  await workOff(runs);
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
});

test("a run that waits for its next try takes a new priority", async () => {
  const { run } = await request(runs, { seed: 11 }, { base: "gpt2-xl" });
  await workOff(runs);
  await request(runs, { seed: 11 }, { base: "gpt2-xl", priority: 2 });
  expect((await openQueue(runs.server).queue.getJob(run.id))?.priority).toBe(2);
  await cancelRun(runs.server, runs.workspace, run);
});

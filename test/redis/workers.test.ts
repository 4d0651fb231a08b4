import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { countWorkers, openQueue } from "../../src/train/queue/index.ts";
import { startStoppable, startWorkerProcess, useSmallRuns } from "./small-runs.ts";

const runs = useSmallRuns();

test("workers are counted while they are there, and one of this machine that was killed no longer", async () => {
  const { redis } = openQueue(runs.server);
  const victim = startWorkerProcess(runs);
  const other = startStoppable(runs);
  while ((await countWorkers(redis)) < 2) await sleep(20);
  const isDead = new Promise((resolve) => victim.once("exit", resolve));
  victim.kill("SIGKILL");
  await isDead;
  expect(await countWorkers(redis)).toBe(1);
  await other.leave();

  expect(await countWorkers(redis)).toBe(0);
});

test("a worker of another machine that fell silent is forgotten by the server's clock", async () => {
  const { redis } = openQueue(runs.server);
  const [seconds = 0] = (await redis.time()).map(Number);
  await redis.zadd(
    "{persona}:workers",
    (seconds - 1) * 1000,
    "elsewhere 1 a",
    (seconds + 60) * 1000,
    "elsewhere 2 b",
  );

  expect(await countWorkers(redis)).toBe(1);
  await redis.del("{persona}:workers");
});

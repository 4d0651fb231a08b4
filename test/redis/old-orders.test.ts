import { Queue } from "bullmq";
import { expect, test } from "vitest";
import { openQueueServer } from "../../src/train/index.ts";
import { listLiveRuns, listQueued, openQueue } from "../../src/train/queue/index.ts";
import { startServer } from "./own-server.ts";
import { recordOf, request, startStoppable, untilState, useSmallRuns, workOff } from "./small-runs.ts";

const runs = useSmallRuns();

test("what an earlier version queued, under other names, is trained in its order", async () => {
  const { port, admin } = await startServer();
  const server = await openQueueServer({ redisUrl: `127.0.0.1:${port}`, workspace: runs.workspace });
  const asked = [await request(runs, { seed: 1, steps: 2 }), await request(runs, { seed: 2, steps: 2 })];
  const [first = "", second = ""] = asked.map(({ run }) => run.id);
  const old = new Queue("persona-runs", { connection: admin });
  const options = { removeOnComplete: true, removeOnFail: true, attempts: 1_000_000, backoff: 1000 };
  await old.add("train", { run: second }, { ...options, jobId: second, priority: 100 });
  await old.add("train", { run: first }, { ...options, jobId: first, priority: 1 });
  const elsewhere = { id: "elsewhere", state: "finished", at: 1 };
  await admin.hset("persona:live", elsewhere.id, JSON.stringify(elsewhere));
  await admin.set(`persona:stop:${second}`, "pause");
  const took: string[] = [];
  await workOff(
    { ...runs, server },
    { note: (line) => void took.push(/^Run (\w+): /.exec(line)?.[1] ?? "") },
  );

  expect(took.indexOf(first)).toBeLessThan(took.indexOf(second));
  expect(await recordOf(runs, first)).toMatchObject({ state: "finished" });
  expect(await recordOf(runs, second)).toMatchObject({ state: "paused" });
  expect(await listLiveRuns(openQueue(server).redis)).toContainEqual(elsewhere);
  expect(await listQueued(openQueue(server))).toEqual([]);
  expect((await admin.keys("*")).filter((key) => !key.startsWith("{persona}:"))).toEqual([]);
  await server.close();
});

test("an order that a worker of an earlier version has at work stays its own", async () => {
  const { port, admin } = await startServer();
  const server = await openQueueServer({ redisUrl: `127.0.0.1:${port}`, workspace: runs.workspace });
  const old = new Queue("persona-runs", { connection: admin });
  await old.add("train", { run: "atwork" }, { jobId: "atwork" });
  await admin.lrem("bull:persona-runs:wait", 1, "atwork");
  await admin.lpush("bull:persona-runs:active", "atwork");
  await admin.set("bull:persona-runs:atwork:lock", "another worker", "PX", 60_000);
  await workOff({ ...runs, server });

  expect(await old.getJobState("atwork")).toBe("active");
  expect(await listQueued(openQueue(server))).toEqual([]);
  await server.close();
});

test("an order that got lost while a worker waits is put back", async () => {
  const { port, admin } = await startServer();
  const server = await openQueueServer({ redisUrl: `127.0.0.1:${port}`, workspace: runs.workspace });
  let isPutBack = () => {};
  const putBack = new Promise<void>((resolve) => {
    isPutBack = resolve;
  });
  const note = (line: string) => (line.includes("put back") ? isPutBack() : undefined);
  const worker = startStoppable({ ...runs, server }, { lookThroughEveryMs: 200, note });
  const { run } = await request({ ...runs, server }, { seed: 3, steps: 50, milliseconds: 20 });
  await admin.flushall();
  await putBack;
  await untilState(runs, run.id, "finished");
  await worker.leave();
  await server.close();
});

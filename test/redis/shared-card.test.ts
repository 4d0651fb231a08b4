import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { SharedCard } from "../../src/commands/serving/shared-card.ts";
import { openQueueServer } from "../../src/train/index.ts";
import { takeCard } from "../../src/train/queue/card.ts";
import { startServer } from "./own-server.ts";
import { useSmallRuns } from "./small-runs.ts";

const runs = useSmallRuns();
const signal = new AbortController().signal;

test("a persona leaves the card to a run before the run begins, and comes back when it is through", async () => {
  const order: string[] = [];
  const card = new SharedCard(await openQueueServer({ workspace: runs.workspace }));
  await card.look();
  expect(card.place).toBe("gpu");
  card.share(async (place) => {
    order.push(`moving to the ${place}`);
    await sleep(200);
    order.push(`on the ${place}`);
  }, 50);
  const run = await takeCard(runs.server.connect(), { durationMs: 5000, patienceMs: 60_000, signal });
  order.push("the run begins");
  await sleep(300);
  expect([run.isFree, card.place]).toEqual([true, "cpu"]);
  await run.release();
  await vi.waitFor(() => expect(order).toContain("on the gpu"), { timeout: 10_000 });
  await card.close();

  expect(order).toEqual([
    "moving to the cpu",
    "on the cpu",
    "the run begins",
    "moving to the gpu",
    "on the gpu",
  ]);
});

test("a persona that comes while a run has the card begins without it", async () => {
  const run = await takeCard(runs.server.connect(), { durationMs: 5000, patienceMs: 0, signal });
  const card = new SharedCard(await openQueueServer({ workspace: runs.workspace }));
  await card.look();

  expect(card.place).toBe("cpu");
  await card.close();
  await run.release();
});

test("whoever serves can leave while the server is away", async () => {
  const { port, admin } = await startServer();
  const redisUrl = `redis://127.0.0.1:${port}`;
  const card = new SharedCard(await openQueueServer({ redisUrl, workspace: runs.workspace }));
  await card.look();
  card.share(async () => {}, 50);
  admin.call("SHUTDOWN", "NOSAVE").catch(() => {});
  await new Promise((resolve) => admin.once("close", resolve));
  await card.close();

  expect(card.place).toBe("gpu");
});

test("a persona that cannot move keeps the card, and tries once", async () => {
  const card = new SharedCard(await openQueueServer({ workspace: runs.workspace }));
  await card.look();
  let tries = 0;
  card.share(async () => {
    tries++;
    throw new Error("There is too little memory.");
  }, 50);
  const run = await takeCard(runs.server.connect(), { durationMs: 5000, patienceMs: 1000, signal });

  expect([run.isFree, card.place, tries]).toEqual([false, "gpu", 1]);
  await card.close();
  await run.release();
});

test("a persona that takes long to be opened keeps the card meanwhile", async () => {
  const card = new SharedCard(await openQueueServer({ workspace: runs.workspace }), 300);
  await card.look();
  await sleep(1500);
  const run = await takeCard(runs.server.connect(), { durationMs: 5000, patienceMs: 0, signal });

  expect(run.isFree).toBe(false);
  await card.close();
  await run.release();
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvents } from "../../src/train/index.ts";
import { leaseSlot, type Slot } from "../../src/train/slots.ts";
import {
  countTo,
  openSmallRuns,
  recordOf,
  request,
  type SmallRuns,
  startStoppable,
  untilState,
  workOff,
} from "./small-runs.ts";

const cards: Slot[] = ["0", "1"].map((card) => ({
  name: `gpu:${card}`,
  environment: { CUDA_VISIBLE_DEVICES: card },
}));

let runs: SmallRuns;

beforeAll(async () => {
  runs = await openSmallRuns();
});

afterAll(() => runs.server.close());

test("each card has one run at a time, which sees no other card", async () => {
  const asked = await Promise.all(countTo(4).map((seed) => request(runs, { seed, milliseconds: 100 })));
  const workers = countTo(2).map(() => startStoppable(runs, { slots: cards }));
  await Promise.all(asked.map(({ run }) => untilState(runs, run.id, "finished")));
  await Promise.all(workers.map((worker) => worker.leave()));

  const records = await Promise.all(asked.map(({ run }) => recordOf(runs, run.id)));
  for (const { name, environment } of cards) {
    const spans = records
      .filter(({ slot }) => slot === name)
      .map(({ startedAt = "", endedAt = "" }) => ({ startedAt, endedAt }))
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    expect(spans.length).toBeGreaterThan(0);
    for (const [index, { startedAt }] of spans.slice(1).entries()) {
      expect(startedAt >= (spans[index]?.endedAt ?? "")).toBe(true);
    }
    for (const { id } of records.filter(({ slot }) => slot === name)) {
      const plan = (await readEvents(runs.workspace, id)).find(({ type }) => type === "plan");
      expect(plan).toMatchObject({ device: environment.CUDA_VISIBLE_DEVICES });
    }
  }
});

test("a lease of a dead holder ends by itself, and a living one's does not", async () => {
  const redis = runs.server.connect();
  const [card] = cards as [Slot];
  const dead = await redis.set("persona:slot:elsewhere:gpu:0", "dead", "PX", 300);
  expect(dead).toBe("OK");
  expect(await leaseSlot(redis, [card], { durationMs: 300, host: "elsewhere" })).toBeUndefined();
  await sleep(350);
  const lease = await leaseSlot(redis, [card], { durationMs: 300, host: "elsewhere" });
  await sleep(700);

  expect(lease?.slot).toEqual(card);
  expect(await leaseSlot(redis, [card], { durationMs: 300, host: "elsewhere" })).toBeUndefined();
  await lease?.release();
  await sleep(50);
  const next = await leaseSlot(redis, [card], { durationMs: 300, host: "elsewhere" });
  expect(next?.slot).toEqual(card);
  await next?.release();
});

test("a holder hears that its slot was given to another while it was away", async () => {
  const redis = runs.server.connect();
  const [card] = cards as [Slot];
  const lease = await leaseSlot(redis, [card], { durationMs: 300, host: "asleep" });
  await redis.set("persona:slot:asleep:gpu:0", "another");
  await sleep(200);

  expect(lease?.lost.aborted).toBe(true);
  await lease?.release();
  expect(await redis.get("persona:slot:asleep:gpu:0")).toBe("another");
});

test("a card that another run of this machine has is waited for", async () => {
  const redis = runs.server.connect();
  const [card] = cards as [Slot];
  const lease = await leaseSlot(redis, [card], { durationMs: 1000 });
  const { run } = await request(runs, { seed: 9 });
  const worker = startStoppable(runs, { slots: [card] });
  await sleep(1000);
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 0 });
  await lease?.release();
  await untilState(runs, run.id, "finished");
  await worker.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 1, slot: "gpu:0" });
});

test("the run is worked off by a worker without cards as well", async () => {
  const { run } = await request(runs, { seed: 10 });
  await workOff(runs);

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", slot: "cpu" });
});

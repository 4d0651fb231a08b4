import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { ServingCard, takeCard } from "../../src/train/queue/card.ts";
import { keyOf } from "../../src/train/queue/index.ts";
import { recordOf, request, startStoppable, untilState, useSmallRuns } from "./small-runs.ts";

const runs = useSmallRuns();
const never = new AbortController().signal;

test("a run waits until the card is handed over, and it is taken back when the run is through", async () => {
  const { serving, take } = newCard();
  const persona = serving();
  expect(await persona.hold()).toBe("ours");
  const other = serving();
  const taking = take({ patienceMs: 60_000 });
  await vi.waitFor(async () => expect(await persona.hold()).toBe("wanted"), { timeout: 10_000 });
  expect(await other.hold()).toBe("theirs");
  await persona.release();
  const card = await taking;
  expect(card.isFree).toBe(true);
  expect(await persona.hold()).toBe("theirs");
  await card.release();

  await vi.waitFor(async () => expect(await persona.hold()).toBe("ours"), { timeout: 10_000 });
});

test("a run does not wait for ever for one that keeps the card", async () => {
  const { serving, take } = newCard({ durationMs: 60_000 });
  await serving().hold();
  const card = await take({ patienceMs: 300 });

  expect(card.isFree).toBe(false);
  await card.release();
});

test("whoever serves and dies is not waited for, and finds the card taken should it come to life again", async () => {
  const { serving, take } = newCard({ durationMs: 400 });
  const asleep = serving();
  await asleep.hold();
  const card = await take({ patienceMs: 60_000 });

  expect(card.isFree).toBe(true);
  expect(await asleep.hold()).toBe("theirs");
  await asleep.release();
  await card.release();
});

test("the card of a worker that dies is free again", async () => {
  const { redis, host, serving, take } = newCard({ durationMs: 400 });
  const card = await take({ patienceMs: 0 });
  const persona = serving();
  expect(await persona.hold()).toBe("theirs");
  const wanted = keyOf("card", host, "wanted");
  await card.release();
  // As its process left it: nobody says any more that it is wanted, or releases it.
  await redis.eval(
    `local time = redis.call("TIME"); redis.call("ZADD", KEYS[1], time[1] * 1000 + 1800, "dead")`,
    1,
    wanted,
  );
  expect(await persona.hold()).toBe("theirs");
  await sleep(2000);

  expect(await persona.hold()).toBe("ours");
});

test("a run whose wait the server breaks off does not keep the card", async () => {
  const { redis, host, serving, take } = newCard({ durationMs: 600 });
  const persona = serving();
  await persona.hold();
  const refused = expect(take({ patienceMs: 60_000 })).rejects.toThrow();
  await vi.waitFor(async () => expect(await persona.hold()).toBe("wanted"), { timeout: 10_000 });
  const key = keyOf("card", host, "serving");
  await redis.set(key, "of another kind");
  await refused;
  await redis.del(key);
  await sleep(1000);

  expect(await persona.hold()).toBe("ours");
});

test("a worker starts a run on a GPU beside a persona that keeps it, after a while, and says so", async () => {
  const redis = runs.server.connect();
  const persona = new ServingCard(redis, { durationMs: 60_000 });
  await persona.hold();
  const { run } = await request(runs, { seed: 5 });
  const notes: string[] = [];
  const worker = startStoppable(runs, { slots, cardPatienceMs: 500, note: (line) => notes.push(line) });
  await untilState(runs, run.id, "finished");
  await worker.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", slot: "gpu:0" });
  expect(await persona.hold()).toBe("ours");
  expect(notes).toContain(besideIt(run.id));
  await persona.release();
});

test("a worker that leaves while it waits for the GPU does not say that its run begins", async () => {
  const persona = new ServingCard(runs.server.connect(), { durationMs: 60_000 });
  await persona.hold();
  const { run } = await request(runs, { seed: 6 });
  const notes: string[] = [];
  const worker = startStoppable(runs, { slots, cardPatienceMs: 60_000, note: (line) => notes.push(line) });
  await vi.waitFor(async () => expect(await persona.hold()).toBe("wanted"), { timeout: 30_000 });
  await worker.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued" });
  expect(notes).not.toContain(besideIt(run.id));
  expect(notes).toContain(`Run ${run.id}: saved, and back in the queue.`);
  await persona.release();
});

const slots = [{ name: "gpu:0", environment: { CUDA_VISIBLE_DEVICES: "0" } }];

function besideIt(id: string): string {
  return `Run ${id}: a persona that is served here has kept the GPU; the run begins beside it.`;
}

function newCard({ durationMs = 5000 } = {}) {
  const redis = runs.server.connect();
  const host = randomUUID();
  return {
    redis,
    host,
    serving: () => new ServingCard(redis, { durationMs, host }),
    take: ({ patienceMs }: { patienceMs: number }) =>
      takeCard(redis, { durationMs, host, patienceMs, signal: never }),
  };
}

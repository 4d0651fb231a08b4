import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { cancelRun, readEvents } from "../../src/train/index.ts";
import { leaseSlot, type Slot } from "../../src/train/trainer/slots.ts";
import {
  countTo,
  recordOf,
  request,
  startStoppable,
  untilState,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

const gpus: Slot[] = ["0", "1"].map((gpu) => ({
  name: `gpu:${gpu}`,
  environment: { CUDA_VISIBLE_DEVICES: gpu },
}));

const runs = useSmallRuns();

test("each GPU has one run at a time, which sees no other GPU", async () => {
  const asked = await Promise.all(countTo(4).map((seed) => request(runs, { seed, milliseconds: 100 })));
  const workers = countTo(2).map(() => startStoppable(runs, { slots: gpus }));
  await Promise.all(asked.map(({ run }) => untilState(runs, run.id, "finished")));
  await Promise.all(workers.map((worker) => worker.leave()));

  const records = await Promise.all(asked.map(({ run }) => recordOf(runs, run.id)));
  for (const { name, environment } of gpus) {
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

test("a GPU that another run of this machine has is waited for", async () => {
  const redis = runs.server.connect();
  const [gpu] = gpus as [Slot];
  const lease = await leaseSlot(redis, [gpu], { durationMs: 1000 });
  const { run } = await request(runs, { seed: 9 });
  const worker = startStoppable(runs, { slots: [gpu] });
  await sleep(1000);
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 0 });
  await lease?.release();
  await untilState(runs, run.id, "finished");
  await worker.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 1, slot: "gpu:0" });
});

const script = "../test/fixtures/trainers/works_in_a_team.py";

test("a run on two GPUs is two processes that can find each other, and see both", async () => {
  const { run } = await request(runs, { seed: 20, gpus: 2 });
  await workOff(runs, { slots: gpus, script });
  const said = (await readEvents(runs.workspace, run.id)).flatMap((event) =>
    event.type === "warning" ? [JSON.parse(event.message)] : [],
  );

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", slot: "gpu:0+gpu:1" });
  const common = { WORLD_SIZE: "2", MASTER_ADDR: "127.0.0.1", CUDA_VISIBLE_DEVICES: "0,1" };
  expect(said).toMatchObject([
    { ...common, RANK: "0", LOCAL_RANK: "0" },
    { ...common, RANK: "1", LOCAL_RANK: "1" },
  ]);
  expect(said[0].MASTER_PORT).toBe(said[1].MASTER_PORT);
});

test("one process of a team that breaks ends the others, and is the one that is heard", async () => {
  const { run } = await request(runs, { seed: 21, gpus: 2, breaks: true });
  await workOff(runs, { slots: gpus, script, killAfterMs: 500 });
  const record = await recordOf(runs, run.id);

  expect(record).toMatchObject({
    state: "failed",
    attempt: 1,
    failure: { reason: expect.stringContaining("one of the team broke") },
  });
  for (const pid of record.trainer?.pids ?? []) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("a run on more GPUs than this machine has is left to others", async () => {
  const { run } = await request(runs, { seed: 22, gpus: 3 });
  await workOff(runs, { slots: gpus, script });

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 0 });
  await cancelRun(runs.server, runs.workspace, run);
});

test("the run is worked off by a worker without GPUs as well", async () => {
  const { run } = await request(runs, { seed: 10 });
  await workOff(runs);

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", slot: "cpu" });
});

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TrainerEvent } from "../../src/handoffs/index.ts";
import {
  findRemoteRun,
  followRun,
  openQueueServer,
  type QueueServer,
  readEvents,
  stopRemoteRun,
  summarizeRuns,
} from "../../src/train/index.ts";
import { LiveStream } from "../../src/train/queue/live-stream.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";
import {
  countTo,
  recordOf,
  request,
  startStoppable,
  untilState,
  untilStep,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

/** The worker's machine. */
const runs = useSmallRuns();
/** Another machine: the same server, another disk. */
let elsewhere: Workspace;
let server: QueueServer;

beforeAll(async () => {
  elsewhere = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona elsewhere ")));
  server = await openQueueServer({ workspace: runs.workspace });
});

afterAll(() => server.close());

test("many watchers on another machine see every event of a run, each once, until it ends", async () => {
  const { run } = await request(runs, { steps: 60, milliseconds: 20, seed: 1 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 5);
  const watchers = countTo(5).map(() => collect(followRun(elsewhere, run.id, { server })));
  const seen = await Promise.all(watchers);
  await untilState(runs, run.id, "finished");
  await worker.leave();

  const record = await readEvents(runs.workspace, run.id);
  for (const events of seen) expect(events).toEqual(record);
  expect(record.filter(({ type }) => type === "step").length).toBe(60);
});

test("a watcher on the worker's machine, which reads both, sees each event once", async () => {
  const { run } = await request(runs, { steps: 40, milliseconds: 20, seed: 2 });
  const [seen] = await Promise.all([collect(followRun(runs.workspace, run.id, { server })), workOff(runs)]);

  expect(seen).toEqual(await readEvents(runs.workspace, run.id));
});

test("another machine lists a run with its place and pace, and can cancel it by the start of its id", async () => {
  const { run } = await request(runs, { steps: 100_000, milliseconds: 20, seed: 3 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 60);
  const listed = (await summarizeRuns(elsewhere, server)).find(({ id }) => id === run.id);
  const id = await findRemoteRun(server, run.id.slice(0, 6));
  const isAsked = await stopRemoteRun(server, id ?? "", "cancel");
  await untilState(runs, run.id, "cancelled");
  await worker.leave();

  expect(listed).toMatchObject({ state: "running", totalSteps: 100_000, tokensPerSecond: 100, slot: "cpu" });
  expect(listed?.step).toBeGreaterThan(1);
  expect(id).toBe(run.id);
  expect(isAsked).toBe(true);
});

test("a waiting run is cancelled from another machine before it starts", async () => {
  const { run } = await request(runs, { seed: 4 });
  expect(await stopRemoteRun(server, run.id, "cancel")).toBe(true);
  await workOff(runs);

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "cancelled", attempt: 0 });
});

test("a run's stream stays bounded", async () => {
  const redis = server.connect();
  const stream = new LiveStream(redis, "long");
  for (let index = 0; index < 20_000; index++) {
    stream.push(`{"n":${index}}`);
    if (index % 1000 === 0) await sleep(1);
  }
  let last = "";
  while (!last.includes("19999")) {
    [[, [, last = ""]] = ["", []]] = await redis.xrevrange("{persona}:events:long", "+", "-", "COUNT", 1);
    await sleep(10);
  }

  expect(await redis.xlen("{persona}:events:long")).toBeLessThan(6000);
  expect(await redis.ttl("{persona}:events:long")).toBeGreaterThan(0);
});

test("nothing on the server names a person or quotes one", async () => {
  const { run } = await request(runs, { steps: 20, seed: 5 });
  const { run: waiting } = await request(runs, { steps: 20, seed: 6 });
  await workOff(runs);
  await request(runs, { steps: 20, seed: 7 });
  const redis = server.connect();
  const keys = await redis.keys("*");
  const contents = await Promise.all(keys.map(async (key) => [key, await contentOf(key)]));

  const text = JSON.stringify(contents);
  for (const { id } of [run, waiting]) expect(text).toContain(id);
  expect(text).not.toMatch(/Ana|Ben|mine|question/);
});

async function contentOf(key: string): Promise<unknown> {
  const redis = server.connect();
  const kind = await redis.type(key);
  if (kind === "hash") return redis.hgetall(key);
  if (kind === "string") return redis.get(key);
  if (kind === "list") return redis.lrange(key, 0, -1);
  if (kind === "zset") return redis.zrange(key, 0, -1);
  if (kind === "stream") return redis.xrange(key, "-", "+");
  return redis.smembers(key);
}

async function collect(events: AsyncIterable<TrainerEvent>): Promise<TrainerEvent[]> {
  const all: TrainerEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

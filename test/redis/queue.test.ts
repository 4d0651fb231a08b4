import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message, MessageStore } from "../../src/handoffs.ts";
import { prepareShards } from "../../src/prepare/index.ts";
import { projectRoot } from "../../src/python.ts";
import {
  cancelRun,
  findRun,
  openQueueServer,
  readEvents,
  readRun,
  requestRun,
  resumeRun,
  startWorker,
  type WorkerOptions,
} from "../../src/train/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";

const quick = { steps: 6, contextLength: 64, tokensPerStep: 128, evaluateEvery: 3 };
const endless = { ...quick, steps: 100_000, evaluateEvery: 100_000 };

let workspace: Workspace;
let prepared: Awaited<ReturnType<typeof prepareShards>>;
let server: Awaited<ReturnType<typeof openQueueServer>>;

beforeAll(async () => {
  workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona queue 🦜 ")));
  prepared = await prepareShards({ store: smallStore(), workspace });
  server = await openQueueServer({ workspace });
});

afterAll(() => server.close());

test("a two-layer GPT-2 goes through the queue to a published model", { timeout: 180_000 }, async () => {
  const { run } = await request(quick);
  await work({ exitWhenIdle: true });
  const finished = await readRun(workspace, run.id);
  const files = await readdir(path.join(workspace.runs, run.id));

  expect(finished).toMatchObject({ state: "finished", attempt: 1 });
  expect(finished?.heldOutLoss?.best).toBeLessThan(finished?.heldOutLoss?.before ?? 0);
  expect(files).toEqual(
    expect.arrayContaining(["events.jsonl", "manifest.json", "model", "model.gguf", "run.json"]),
  );
  expect((await request(quick)).reused).toBe(true);
});

test("a crash is a failed run with the trainer's last lines", { timeout: 180_000 }, async () => {
  const { run } = await request({ ...quick, seed: 1 });
  await work({ exitWhenIdle: true, script: "../test/fixtures/trainers/crashes.py" });

  expect(await readRun(workspace, run.id)).toMatchObject({
    state: "failed",
    failure: { reason: expect.stringContaining("CUDA error: device-side assert triggered") },
  });
});

test("what the trainer refuses is told in its own words", { timeout: 180_000 }, async () => {
  const { run } = await request({ ...quick, seed: 2 });
  await work({ exitWhenIdle: true, script: "../test/fixtures/trainers/refuses.py" });

  expect(await readRun(workspace, run.id)).toMatchObject({
    state: "failed",
    failure: { reason: "The mask is empty", fix: "Choose another persona" },
  });
});

test("a running run is stopped through the server, and resumed from its checkpoint", {
  timeout: 180_000,
}, async () => {
  const { run } = await request({ ...endless, seed: 3 });
  const stop = new AbortController();
  const working = work({ signal: stop.signal });
  await untilStep(run.id, 1);
  await cancelRun(server, workspace, await findRun(workspace, run.id));
  await untilState(run.id, "cancelled");
  await resumeRun(server, workspace, await findRun(workspace, run.id));
  const before = (await stepsOf(run.id)).length;
  await untilStep(run.id, before + 1);
  stop.abort();
  await working;

  const steps = await stepsOf(run.id);
  expect(steps).toEqual(Array.from({ length: steps.length }, (_, index) => index + 1));
  expect(await readRun(workspace, run.id)).toMatchObject({ state: "queued", attempt: 2 });
  await cancelRun(server, workspace, await findRun(workspace, run.id));
});

test("a worker killed in mid-run is replaced, and the run goes on", { timeout: 240_000 }, async () => {
  const { run } = await request({ ...quick, steps: 400, seed: 4 });
  const victim = startWorkerProcess();
  await untilStep(run.id, 1);
  victim.kill("SIGKILL");
  await work({ exitWhenIdle: true });

  const ended = await readRun(workspace, run.id);
  const steps = await stepsOf(run.id);
  expect(ended).toMatchObject({ state: "finished" });
  expect(ended?.attempt).toBeGreaterThan(1);
  // The orphaned trainer saved before it ended, so no step is done twice.
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(steps.length).toBeGreaterThan(2);
});

test("a server that dies in mid-run is started again, and the run goes on", {
  timeout: 240_000,
}, async () => {
  const { run } = await request({ ...endless, seed: 6 });
  const notes: string[] = [];
  const stop = new AbortController();
  const working = work({ signal: stop.signal, note: (line) => void notes.push(line) });
  await untilStep(run.id, 1);
  const [, pid] = /process_id:(\d+)/.exec(await server.connect().info("server")) ?? [];
  process.kill(Number(pid), "SIGKILL");
  while (!notes.includes("The queue's server is back.")) await sleep(50);
  const before = (await stepsOf(run.id)).length;
  await untilStep(run.id, before + 1);
  await cancelRun(server, workspace, await findRun(workspace, run.id));
  await untilState(run.id, "cancelled");
  stop.abort();
  await working;

  const steps = await stepsOf(run.id);
  expect(steps).toEqual(Array.from({ length: steps.length }, (_, index) => index + 1));
});

test("two commands that start at once share one server, and the last to leave shuts it down", async () => {
  const alone = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona server ")));
  const [a, b] = await Promise.all([
    openQueueServer({ workspace: alone }),
    openQueueServer({ workspace: alone }),
  ]);
  const [first, second] = [a.connect(), b.connect()];
  await first.set("key", "value");

  expect(await second.get("key")).toBe("value");
  await a.close();
  expect(await second.get("key")).toBe("value");
  await b.close();
  const again = await openQueueServer({ workspace: alone });
  expect(await again.connect().get("key")).toBe("value");
  await again.close();
});

test("what the queue holds is an id, never a word", async () => {
  const { run } = await request({ ...endless, seed: 5 });
  const redis = server.connect();
  const keys = await redis.keys("bull:persona-runs:*");
  const contents = await Promise.all(
    keys.map(async (key) => ((await redis.type(key)) === "hash" ? redis.hgetall(key) : {})),
  );
  await cancelRun(server, workspace, await findRun(workspace, run.id));

  expect(JSON.stringify(contents)).toContain(run.id);
  expect(JSON.stringify(contents)).not.toMatch(/Ana|mine/);
});

function request(settings: Record<string, number>) {
  const { manifest, directory } = prepared;
  return requestRun(server, {
    workspace,
    manifest,
    shardsDirectory: directory,
    base: { name: "scratch:2x2x32" },
    settings,
  });
}

function work(options: Partial<WorkerOptions>) {
  const signal = new AbortController().signal;
  return startWorker({
    workspace,
    server,
    signal,
    note: () => {},
    lockDurationMs: 2000,
    idleBeforeExitMs: 500,
    ...options,
  });
}

/** A worker of its own, with the lock of a second that a test can wait for. */
function startWorkerProcess(): ChildProcess {
  const program = path.join(projectRoot, "dist/cli.js");
  return spawn(process.execPath, [program, "--data", workspace.root, "worker", "--lock-duration", "2000"], {
    stdio: "inherit",
  });
}

async function stepsOf(id: string): Promise<number[]> {
  return (await readEvents(workspace, id)).flatMap((event) => (event.type === "step" ? [event.step] : []));
}

async function untilStep(id: string, step: number): Promise<void> {
  while ((await stepsOf(id)).length < step) await sleep(50);
}

async function untilState(id: string, state: string): Promise<void> {
  while ((await readRun(workspace, id))?.state !== state) await sleep(50);
}

function smallStore(): MessageStore {
  const hour = 3_600_000;
  const messages: Message[] = Array.from({ length: 60 }, (_, index) => {
    const common = {
      thread: "ben",
      kind: "text",
      attachments: [],
      reactions: [],
      source: "facebook/inbox",
    } as const;
    return [
      {
        ...common,
        sender: "Ben",
        text: `question ${index}`,
        sentAt: 4 * hour * index,
        attachments: [],
        reactions: [],
      },
      {
        ...common,
        sender: "Ana",
        text: `mine ${index}`,
        sentAt: 4 * hour * index + 1,
        attachments: [],
        reactions: [],
      },
    ];
  }).flat();
  const people = [
    { name: "Ana", texts: 60 },
    { name: "Ben", texts: 60 },
  ];
  const thread = {
    id: "ben",
    title: "Ben",
    isGroup: false,
    section: "inbox",
    people,
    entries: 120,
    texts: 120,
  };
  return {
    owner: "Ana",
    threads: [{ ...thread, firstAt: 0, lastAt: 0, sha256: "small" }],
    async *read() {
      yield* messages;
    },
  };
}

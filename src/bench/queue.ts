import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import {
  followRun,
  openQueueServer,
  openWorkspace,
  type PreparedShards,
  prepareShards,
  type QueueServer,
  requestRun,
  startWorker,
  type Workspace,
} from "../index.ts";
import { projectRoot } from "../project.ts";
import { pythonPath } from "../python.ts";
import { inventedStore } from "./inputs/index.ts";
import { median } from "./measure.ts";

/** Milliseconds through the queue, and without it: the same program started directly, its lines appended to a file. */
interface Compared {
  queue: number;
  plain: number;
}

interface QueueFigures {
  /** From asking for a run to the first line of its trainer's program. */
  start: Compared;
  /** From one event to the next when the trainer says them as fast as it can; its own time included. */
  event: Compared;
  /** Processor time of this process for one event. */
  eventCpu: Compared;
}

const script = "bench/say_events.py";

/** Measures what the queue costs, against doing without it, in turns. */
export async function measureQueue({ rounds = 10, events = 2000 } = {}): Promise<QueueFigures> {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona-bench-")));
  const prepared = await prepareShards({ store: inventedStore(), workspace });
  const server = await openQueueServer({ workspace });
  const stop = new AbortController();
  const working = startWorker({ workspace, server, script, signal: stop.signal, note: () => {} });
  await untilReady(server, workspace, prepared);
  const seen: { queue: Round; plain: Round }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const plain = await throughPlainFile(workspace, events);
    seen.push({ plain, queue: await throughQueue(server, workspace, prepared, { events, seed: round }) });
  }
  stop.abort();
  await working;
  await server.close();
  await rm(workspace.root, { recursive: true });
  const middle = (name: keyof Round): Compared => ({
    queue: median(seen.map(({ queue }) => queue[name])),
    plain: median(seen.map(({ plain }) => plain[name])),
  });
  return { start: middle("start"), event: middle("event"), eventCpu: middle("eventCpu") };
}

type Round = Record<keyof QueueFigures, number>;

/** The worker has connected once it has done a first run. */
async function untilReady(
  server: QueueServer,
  workspace: Workspace,
  prepared: PreparedShards,
): Promise<void> {
  await throughQueue(server, workspace, prepared, { events: 1, seed: 0 });
}

async function throughQueue(
  server: QueueServer,
  workspace: Workspace,
  { manifest, directory }: PreparedShards,
  settings: { events: number; seed: number },
): Promise<Round> {
  const askedAt = Date.now();
  const cpu = process.cpuUsage();
  const { run } = await requestRun(server, {
    workspace,
    manifest,
    shardsDirectory: directory,
    base: { name: "scratch:2x2x32" },
    settings,
  });
  const record = path.join(workspace.runs, run.id, "events.jsonl");
  await untilFinished(record);
  const used = cpuMs(cpu);
  // The run is published and the worker waits again before the next turn begins.
  for await (const _event of followRun(workspace, run.id));
  return readRound(await readFile(record, "utf8"), askedAt, used);
}

async function throughPlainFile(workspace: Workspace, events: number): Promise<Round> {
  const record = path.join(workspace.root, "plain.jsonl");
  await rm(record, { force: true });
  const askedAt = Date.now();
  const cpu = process.cpuUsage();
  const words = [path.join(projectRoot, "scripts", script), "--events", String(events)];
  const child = spawn(pythonPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const event = { at: new Date().toISOString(), ...JSON.parse(line) };
    await appendFile(record, `${JSON.stringify(event)}\n`);
  }
  return readRound(await readFile(record, "utf8"), askedAt, cpuMs(cpu));
}

async function untilFinished(record: string): Promise<void> {
  for (;;) {
    const text = await readFile(record, "utf8").catch(() => "");
    if (text.includes('"type":"finished"')) return;
    await sleep(50);
  }
}

function readRound(text: string, askedAt: number, usedCpuMs: number): Round {
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const [first, last] = [events[0], events.at(-1)];
  return {
    start: 1000 * first.startedAt - askedAt,
    event: (Date.parse(last.at) - Date.parse(first.at)) / events.length,
    eventCpu: usedCpuMs / events.length,
  };
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

import { type ChildProcess, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TrainerEvent } from "../../src/handoffs.ts";
import { readRun } from "../../src/train/index.ts";
import {
  countTo,
  lossesOf,
  openSmallRuns,
  recordOf,
  request,
  type SmallRuns,
  startWorkerProcess,
  workOff,
} from "./small-runs.ts";

/** How often something is killed: a few times in every check, as often as wished by hand. */
const kills = Number(process.env.PERSONA_CAMPAIGN ?? 6);
const seed = Number(process.env.PERSONA_CAMPAIGN_SEED ?? 20_261_101);
const script = "finetune.py";
const lockMs = 1500;
/** So that an orphan's last step, a lost lock and two starts of PyTorch fit between two kills. */
const killEveryMs = [1000, 9000] as const;
const limitMs = 120_000 + kills * 30_000;

const settings = {
  steps: 400,
  contextLength: 64,
  tokensPerStep: 128,
  evaluateEvery: 100,
  evaluationRows: 2,
  saveEveryMinutes: 0.02,
  precision: "fp32",
  noExport: true,
};

let calm: SmallRuns;
let stormy: SmallRuns;

beforeAll(async () => {
  [calm, stormy] = await Promise.all([openSmallRuns(), openSmallRuns()]);
});

afterAll(async () => {
  await calm.server.close();
  await stormy.server.close();
});

test(`${kills} kills of workers, trainers and the server at random change no loss and leave nothing behind`, {
  timeout: 2 * limitMs,
}, async () => {
  const seeds = countTo(Math.max(2, Math.ceil(kills / 10)));
  const storm = new Storm(stormy, random(seed));
  const asked = await Promise.all(seeds.map((seed) => request(stormy, { ...settings, seed })));
  const ids = asked.map(({ run }) => run.id);
  await storm.untilEnded(ids);
  await storm.calmDown();

  for (const [index, id] of ids.entries()) {
    expect(await recordOf(stormy, id)).toMatchObject({ state: "finished" });
    const undisturbed = await undisturbedLosses(seeds[index] ?? 0);
    const losses = await lossesOf(stormy, id);
    // A step that was lost with a kill is done again, and comes to the same number.
    for (const [step, loss] of losses) expect([step, loss]).toEqual([step, undisturbed.get(step)]);
    expect(new Set(losses.map(([step]) => step)).size).toBeGreaterThan(0.9 * settings.steps);
    expect(losses.at(-1)?.[0]).toBe(settings.steps);
    await expectOneWriterAtATime(stormy, id);
  }
  expect(storm.killed.length).toBe(kills);
  expect(processesOf(stormy)).toEqual([]);
});

/** Kills what it can while runs go on, and starts workers anew. */
class Storm {
  readonly killed: string[] = [];
  readonly #runs: SmallRuns;
  readonly #random: () => number;
  readonly #workers: ChildProcess[] = [];

  constructor(runs: SmallRuns, random: () => number) {
    this.#runs = runs;
    this.#random = random;
  }

  /** Two workers at all times, of which one waits while there is but one place. */
  async untilEnded(ids: string[]): Promise<void> {
    const deadline = Date.now() + limitMs;
    let nextKillAt = Date.now() + this.#pause();
    while (!(await this.#allEnded(ids))) {
      if (Date.now() > deadline)
        throw new Error(`The runs did not end; killed so far: ${this.killed.join(", ")}`);
      this.#keepTwoWorkers();
      if (Date.now() > nextKillAt && this.killed.length < kills) {
        await this.#killSomething(ids);
        nextKillAt = Date.now() + this.#pause();
      }
      await sleep(100);
    }
    // Runs that ended before the storm did: the rest falls on idle workers and the server.
    while (this.killed.length < kills) {
      this.#keepTwoWorkers();
      await this.#killSomething(ids);
      await sleep(200);
    }
  }

  async calmDown(): Promise<void> {
    const ended = this.#workers.map(
      (worker) =>
        worker.exitCode !== null ||
        worker.signalCode !== null ||
        new Promise((resolve) => worker.once("exit", resolve)),
    );
    for (const worker of this.#workers) worker.kill("SIGTERM");
    await Promise.all(ended);
  }

  async #allEnded(ids: string[]): Promise<boolean> {
    const records = await Promise.all(ids.map((id) => readRun(this.#runs.workspace, id)));
    return records.every((record) => record?.state === "finished" || record?.state === "failed");
  }

  #keepTwoWorkers(): void {
    const alive = this.#workers.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    for (let missing = 2 - alive.length; missing > 0; missing--) {
      this.#workers.push(startWorkerProcess(this.#runs, { script, lockMs }));
    }
  }

  async #killSomething(ids: string[]): Promise<void> {
    const chance = this.#random();
    const [what, pid] =
      chance < 0.4
        ? ["worker", this.#workers[Math.floor(this.#random() * this.#workers.length)]?.pid]
        : chance < 0.8
          ? ["trainer", await this.#trainerOf(ids)]
          : ["server", await this.#serverPid()];
    if (pid === undefined || !kill(Number(pid))) return;
    this.killed.push(String(what));
  }

  async #trainerOf(ids: string[]): Promise<number | undefined> {
    for (const id of ids) {
      const { state, trainer } = await recordOf(this.#runs, id);
      if (state === "running" && trainer !== undefined) return trainer.pid;
    }
    return undefined;
  }

  async #serverPid(): Promise<number> {
    const redis = this.#runs.server.connect();
    const [, pid] = /process_id:(\d+)/.exec(await redis.info("server")) ?? [];
    redis.disconnect();
    return Number(pid);
  }

  #pause(): number {
    const [from, to] = killEveryMs;
    return from + this.#random() * (to - from);
  }
}

/** The losses of the same run on a quiet machine. */
async function undisturbedLosses(seed: number): Promise<Map<number, number>> {
  const { run } = await request(calm, { ...settings, seed });
  await workOff(calm, { script });
  return new Map(await lossesOf(calm, run.id));
}

/** Attempts follow each other: what one writes ends before the next begins. */
async function expectOneWriterAtATime({ workspace }: SmallRuns, id: string): Promise<void> {
  const directory = path.join(workspace.runs, id);
  const lines = (await readFile(path.join(directory, "events.jsonl"), "utf8")).split("\n");
  const attempts = lines.flatMap((line) => {
    const event = parse(line);
    return event === undefined ? [] : [Number(event.attempt)];
  });
  expect(attempts).toEqual(attempts.toSorted((a, b) => a - b));
  const names = await readdir(directory);
  for (const name of names.filter((name) => name.startsWith("attempt-"))) {
    const checkpoints = path.join(directory, name, "checkpoints");
    if (!existsSync(checkpoints)) continue;
    expect((await stat(checkpoints)).isDirectory()).toBe(true);
  }
  expect(names).not.toContain("record.lock");
}

function parse(line: string): TrainerEvent | undefined {
  try {
    return TrainerEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Command lines of what still runs for a workspace, but its server: workers, trainers and what they started. */
function processesOf({ workspace }: SmallRuns): string[] {
  const listed = execFileSync("ps", ["-ww", "-eo", "args="], { encoding: "utf8" });
  return listed.split("\n").filter((line) => line.includes(workspace.root));
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** Mulberry32: the same kills for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

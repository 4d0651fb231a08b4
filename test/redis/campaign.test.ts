import { type ChildProcess, execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/bench/inputs/seeded-random.ts";
import { TrainerEvent } from "../../src/handoffs/index.ts";
import { readEvents, readRun } from "../../src/train/index.ts";
import {
  counts,
  countTo,
  lossesOf,
  recordOf,
  request,
  type SmallRuns,
  startWorkerProcess,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

/** How often something is killed: a few times in every check, as often as wished by hand. */
const kills = Number(process.env.PERSONA_CAMPAIGN ?? 6);
const seed = Number(process.env.PERSONA_CAMPAIGN_SEED ?? 20_261_101);
/** `counts` tries the queue alone, in a tenth of the time. */
const isQueueAlone = process.env.PERSONA_CAMPAIGN_TRAINER === "counts";
const script = isQueueAlone ? counts : "finetune.py";
const lockMs = 1500;
/** Something is killed after so many more steps, or after so many milliseconds without one: in a start or an adoption. */
const killAfter = { steps: 12, waitedMs: 12_000 };
const limitMs = 120_000 + kills * 40_000;

const runCount = Math.max(1, Math.ceil(kills / 20));
const settings = {
  steps: Math.ceil((kills * killAfter.steps) / runCount / 1.2),
  ...(isQueueAlone
    ? { milliseconds: 50 }
    : {
        contextLength: 64,
        tokensPerStep: 64,
        evaluateEvery: 1000,
        evaluationRows: 2,
        patience: 1000,
        saveEveryMinutes: 0.02,
        precision: "fp32",
        noExport: true,
      }),
};

const calm = useSmallRuns();
const stormy = useSmallRuns();

test(`${kills} kills of workers, trainers and the server at random change no loss and leave nothing behind`, {
  timeout: 2 * limitMs,
}, async () => {
  const seeds = countTo(runCount);
  const storm = new Storm(stormy, seededRandom(seed));
  const asked = await Promise.all(seeds.map((seed) => request(stormy, { ...settings, seed })));
  const ids = asked.map(({ run }) => run.id);
  // A list of processes that never shows any would pass as well.
  await storm.untilEnded(ids, () => expect(processesOf(stormy).length).toBeGreaterThan(0));
  await storm.calmDown();

  for (const [index, id] of ids.entries()) {
    const { state, failure, attempt } = await recordOf(stormy, id);
    expect({ state, failure }, `attempt ${attempt}, killed: ${storm.killed.join(", ")}`).toEqual({
      state: "finished",
    });
    const undisturbed = await undisturbedRun(seeds[index] ?? 0);
    const losses = await lossesOf(stormy, id);
    // A step that was lost with a kill is done again, and comes to the same number.
    for (const [step, loss] of losses) expect([step, loss]).toEqual([step, undisturbed.losses.get(step)]);
    expect(undisturbed.losses.size).toBe(settings.steps);
    // What a trainer did between its worker's death and its own end is saved, and nobody heard of it.
    expect(new Set(losses.map(([step]) => step)).size).toBeGreaterThan(0.8 * settings.steps);
    expect(await resultOf(stormy, id)).toEqual(undisturbed.result);
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
  async untilEnded(ids: string[], check: () => void): Promise<void> {
    const deadline = Date.now() + limitMs;
    let due = this.#nextKill();
    let seen = { steps: 0, at: Date.now() };
    while (!(await this.#allEnded(ids))) {
      if (Date.now() > deadline) throw new Error(`The runs did not end; killed: ${this.killed.join(", ")}`);
      this.#keepTwoWorkers();
      check();
      const steps = await this.#stepsOf(ids);
      if (steps !== seen.steps && seen.steps === 0) seen = { steps, at: Date.now() };
      if (
        this.killed.length < kills &&
        (steps - seen.steps >= due.steps || Date.now() - seen.at > due.waitedMs)
      ) {
        await this.#killSomething(ids);
        seen = { steps: await this.#stepsOf(ids), at: Date.now() };
        due = this.#nextKill();
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
      if (state === "running" && trainer !== undefined) return trainer.pids[0];
    }
    return undefined;
  }

  async #serverPid(): Promise<number> {
    const redis = this.#runs.server.connect();
    const [, pid] = /process_id:(\d+)/.exec(await redis.info("server")) ?? [];
    redis.disconnect();
    return Number(pid);
  }

  async #stepsOf(ids: string[]): Promise<number> {
    const losses = await Promise.all(ids.map((id) => lossesOf(this.#runs, id)));
    return losses.flat().length;
  }

  #nextKill(): { steps: number; waitedMs: number } {
    return {
      steps: 1 + Math.floor(this.#random() * killAfter.steps),
      waitedMs: (0.1 + this.#random()) * killAfter.waitedMs,
    };
  }
}

/** The same run on a quiet machine: its losses, and what it came to. */
async function undisturbedRun(seed: number) {
  const { run } = await request(calm, { ...settings, seed });
  await workOff(calm, { script });
  return { losses: new Map(await lossesOf(calm, run.id)), result: await resultOf(calm, run.id) };
}

async function resultOf({ workspace }: SmallRuns, id: string) {
  const last = (await readEvents(workspace, id)).findLast(({ type }) => type === "finished");
  if (last?.type !== "finished") throw new Error("The run did not say that it has finished");
  const { steps, bestStep, bestLoss, firstLoss, stopped } = last;
  return { steps, bestStep, bestLoss, firstLoss, stopped };
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
  // The random end of the folder's name: the rest is not all ASCII, and ps may not print it.
  const mark = workspace.root.slice(-6);
  const listed = execFileSync("ps", ["-ww", "-eo", "args="], { encoding: "utf8" });
  return listed.split("\n").filter((line) => line.includes(mark));
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

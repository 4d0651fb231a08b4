import { mkdtemp, rm } from "node:fs/promises";
import os, { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { openWorkspace, prepareShards } from "../../index.ts";
import { projectRoot } from "../../project.ts";
import { pythonPath } from "../../python.ts";
import { inventedStore } from "../inputs/index.ts";

/** Ends a run in the end, however the work beside it went. */
const trainerFlags = [
  "--steps",
  "1000000",
  "--epochs",
  "1000000",
  "--no-export",
  "--evaluate-every",
  "1000000",
];

/**
 * Does some work beside a run of the real trainer on invented conversations, which has begun to make steps and has a low
 * priority, and ends the run.
 *
 * @param base Random weights to train, such as `scratch:6x6x384`.
 */
export async function besideTraining<T>(
  { base, threads }: { base: string; threads: number },
  work: () => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(path.join(tmpdir(), "persona-bench-"));
  try {
    const { directory } = await prepareShards({ store: inventedStore(), workspace: openWorkspace(root) });
    const words = ["--shards", directory, "--run", path.join(root, "run"), "--base", base, ...trainerFlags];
    const ended = new AbortController();
    const trainer = execa(pythonPath, [path.join(projectRoot, "scripts", "finetune.py"), ...words], {
      cancelSignal: ended.signal,
      forceKillAfterDelay: 5000,
      reject: false,
      env: { OMP_NUM_THREADS: String(threads) },
      stdin: "pipe",
      buffer: { stdout: false },
    });
    if (trainer.pid !== undefined) os.setPriority(trainer.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
    try {
      await untilItSteps(trainer.stdout, trainer);
      return await work();
    } finally {
      ended.abort();
      await trainer;
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Reads on to the end, so that the trainer never waits for a reader. */
async function untilItSteps(
  stdout: NodeJS.ReadableStream,
  trainer: PromiseLike<{ stderr?: unknown }>,
): Promise<void> {
  const lines = createInterface({ input: stdout });
  const stepped = new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (line.includes('"type": "step"')) resolve();
    });
  });
  const failed = Promise.resolve(trainer).then(({ stderr }) => {
    throw new Error(`The trainer ended before its first step:\n${String(stderr).slice(-2000)}`);
  });
  await Promise.race([stepped, failed]);
  failed.catch(() => {});
}

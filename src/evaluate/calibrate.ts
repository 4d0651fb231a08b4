import { wordsOf } from "../choices/index.ts";
import { type Calibration, readCalibration, runDirectory } from "../handoffs/index.ts";
import { aloneWithShards, type EvaluateOptions, samplingFlags } from "./evaluate.ts";
import { runEvaluator } from "./evaluator.ts";

type CalibrateOptions = Pick<
  EvaluateOptions,
  "workspace" | "run" | "sampling" | "watcher" | "signal" | "script"
> & {
  seed: number;
  /** Time that it may take; as long as it takes where it is undefined. */
  seconds?: number | undefined;
};

/**
 * Chooses how a run's replies are drawn, around the usual `sampling`, and keeps that in `calibration.json`.
 *
 * @returns Undefined where there was no time to find out.
 * @throws UserError when something that it needs is gone, or too little is held out.
 */
export async function calibrateRun(options: CalibrateOptions): Promise<Calibration | undefined> {
  const { workspace, run, sampling, seed, seconds, watcher, signal, script = "calibrate.py" } = options;
  return aloneWithShards(options, async (shards) => {
    const args = [
      ...["--run", runDirectory(workspace, run.id), "--shards", shards, ...samplingFlags(sampling)],
      ...[...wordsOf("seed", seed), ...wordsOf("seconds", seconds)],
    ];
    await runEvaluator({ script, args, signal, run: run.id }, watcher);
    return readCalibration(workspace, run.id, (problem) => watcher.onWarning(problem.message));
  });
}

import type { RunRecord } from "../handoffs.ts";
import { TrainerEvent } from "../handoffs.ts";
import { runScript } from "../python.ts";

export interface TrainerOptions {
  shardsDirectory: string;
  runDirectory: string;
  run: RunRecord;
  signal: AbortSignal;
  /** Another program in place of `finetune.py`, for tests. */
  script?: string;
}

/** Runs one attempt of a run, yielding what the trainer says. Aborting lets it save before it ends. */
export async function* runTrainer({
  shardsDirectory,
  runDirectory,
  run,
  signal,
  script = "finetune.py",
}: TrainerOptions): AsyncGenerator<TrainerEvent> {
  const { base, attempt, settings } = run;
  const args = [
    "--shards",
    shardsDirectory,
    "--run",
    runDirectory,
    "--base",
    base.name,
    "--attempt",
    String(attempt),
  ];
  if (base.revision !== undefined) args.push("--revision", base.revision);
  if (attempt > 1) args.push("--resume");
  for await (const line of runScript(script, [...args, "--watch-parent", ...toFlags(settings)], { signal })) {
    yield TrainerEvent.parse(line);
  }
}

/** `{ learningRate: 1e-4, lora: true }` as `--learning-rate 0.0001 --lora`: the defaults stay the trainer's own. */
function toFlags(settings: RunRecord["settings"]): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (typeof value === "boolean") return value ? [flag] : [];
    return [flag, String(value)];
  });
}

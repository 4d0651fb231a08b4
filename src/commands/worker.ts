import type { Command } from "commander";
import { ensurePython } from "../python.ts";
import { openQueueServer, startWorker } from "../train/index.ts";
import { interruptSignal, openContext, redisUrl } from "./command.ts";
import { positive, wholeNumber } from "./flags/numbers.ts";

const examples = `
Examples:
  persona worker
  REDIS_URL=redis://server:6379 persona worker    # on the machine with the GPU
  CUDA_VISIBLE_DEVICES=1 persona worker           # with one of its cards`;

interface WorkerFlags {
  exitWhenIdle?: boolean;
  anySize?: boolean;
  lockDuration?: number;
  silenceMinutes?: number;
  killAfter?: number;
}

export function registerWorker(command: Command): void {
  command
    .option("--exit-when-idle", "leave once the queue has been empty for a few seconds")
    .option("--any-size", "without a GPU, take even what fills this machine's memory")
    .option("--lock-duration <ms>", "how long a run belongs to a worker that says nothing", wholeNumber)
    .option(
      "--silence-minutes <n>",
      "a trainer silent for so long is stopped, and started again once",
      positive,
    )
    .option(
      "--kill-after <seconds>",
      "how long a stopped trainer may write nothing before it is killed",
      positive,
    )
    .addHelpText("after", examples)
    .action(async (flags: WorkerFlags, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const signal = interruptSignal();
      await ensurePython(terminal.note);
      const server = await openQueueServer({ redisUrl: redisUrl(), workspace });
      await startWorker({
        workspace,
        server,
        signal,
        note: terminal.note,
        exitWhenIdle: flags.exitWhenIdle ?? false,
        anySize: flags.anySize ?? false,
        ...(flags.lockDuration && { lockDurationMs: flags.lockDuration }),
        ...(flags.silenceMinutes && { silenceMs: flags.silenceMinutes * 60_000 }),
        ...(flags.killAfter && { killAfterMs: flags.killAfter * 1000 }),
      });
      await server.close();
      // Timers of the queue's library would keep a worker alive that left while the server was away.
      process.exit();
    });
}

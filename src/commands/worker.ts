import type { Command } from "commander";
import { addFlags, type Chosen, workerChoices } from "../choices/index.ts";
import { ensurePython } from "../python.ts";
import { openQueueServer, startWorker } from "../train/index.ts";
import { interruptSignal, openContext, redisUrl } from "./command.ts";

const examples = `
Examples:
  persona worker
  REDIS_URL=redis://server:6379 persona worker    # on the machine with the GPU
  CUDA_VISIBLE_DEVICES=1 persona worker           # with one of its GPUs`;

export function registerWorker(command: Command): void {
  addFlags(command, workerChoices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof workerChoices>, command: Command) => {
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

import type { Command } from "commander";
import { ensurePython } from "../python.ts";
import { openQueueServer, startWorker } from "../train/index.ts";
import { interruptSignal, openContext } from "./command.ts";

const examples = `
Examples:
  persona worker
  REDIS_URL=redis://server:6379 persona worker    # on the machine with the GPU`;

export function registerWorker(program: Command): void {
  program
    .command("worker")
    .description("take runs from the queue and train them, on this machine")
    .option("--exit-when-idle", "leave once the queue has been empty for a few seconds")
    .option("--lock-duration <ms>", "how long a run belongs to a worker that says nothing", Number)
    .addHelpText("after", examples)
    .action(async (flags: { exitWhenIdle?: boolean; lockDuration?: number }, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const signal = interruptSignal();
      await ensurePython(terminal.note);
      const server = await openQueueServer({ redisUrl: process.env.REDIS_URL, workspace });
      await startWorker({
        workspace,
        server,
        signal,
        note: terminal.note,
        exitWhenIdle: flags.exitWhenIdle ?? false,
        ...(flags.lockDuration && { lockDurationMs: flags.lockDuration }),
      });
      await server.close();
    });
}

import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { type RunRecord, runDirectory } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { bytesUnder } from "../runs/index.ts";

const pollMs = 100;

/**
 * Ends what is left of a run's last attempt on this machine, and waits while it saves.
 *
 * One that hangs is killed once it has written nothing for `killAfterMs`. Processes are known by number *and* by the
 * run on their command line: numbers are given out again.
 */
export async function endOrphan(
  workspace: Workspace,
  { id, trainer }: RunRecord,
  killAfterMs: number,
): Promise<void> {
  if (trainer === undefined || trainer.host !== hostname()) return;
  const directory = runDirectory(workspace, id);
  const alive = async () => {
    const found = await Promise.all(trainer.pids.map((pid) => isAboutRun(pid, id)));
    return trainer.pids.filter((_, index) => found[index]);
  };
  // One whose worker is only asleep has not noticed anything, and trains on.
  for (const pid of await alive()) send("SIGTERM", pid);
  let bytes = -1;
  let quietSince = Date.now();
  for (let pids = await alive(); pids.length > 0; pids = await alive()) {
    const now = await bytesUnder(directory);
    if (now !== bytes) quietSince = Date.now();
    bytes = now;
    if (Date.now() - quietSince > killAfterMs) for (const pid of pids) send("SIGKILL", -pid);
    await sleep(pollMs);
  }
}

/** Whether a process of a run's last attempt runs on this machine. */
export async function hasTrainer({ id, trainer }: RunRecord): Promise<boolean> {
  if (trainer === undefined || trainer.host !== hostname()) return false;
  return (await Promise.all(trainer.pids.map((pid) => isAboutRun(pid, id)))).includes(true);
}

async function isAboutRun(pid: number, id: string): Promise<boolean> {
  return (await commandLineOf(pid)).includes(path.join("runs", id));
}

/** Empty where there is no such process, or only its exit code is left of it. */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === "linux") return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const { stdout } = await execa("ps", ["-ww", "-o", "args=", "-p", String(pid)], { reject: false });
  return stdout;
}

function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended just now.
  }
}

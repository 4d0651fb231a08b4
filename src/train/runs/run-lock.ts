import path from "node:path";
import { withLockInTurn } from "../../lock-file.ts";

/** Nothing is done under the lock for so long: its holder died. Machines that share a disk cannot ask for each other's processes. */
const abandonedMs = 30_000;

/** Does one short piece of work on a run's files while no other process, on any machine that shares them, does. */
export function withRunLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(directory, "record.lock");
  return withLockInTurn(file, "writing this run's record", ({ ageMs }) => ageMs > abandonedMs, work);
}

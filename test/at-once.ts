import { setTimeout as sleep } from "node:timers/promises";

/** Eight pieces of work that ask for one lock at once: how they ended, and how many were at work together at most. */
export async function askAtOnce(withLock: (work: () => Promise<void>) => Promise<void>) {
  let atWork = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++atWork);
    await sleep(5);
    atWork--;
  };
  const ended = await Promise.allSettled(Array.from({ length: 8 }, () => withLock(work)));
  return { most, ended };
}

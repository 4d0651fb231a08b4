import { mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withRunLock } from "../../../src/train/runs/run-lock.ts";
import { askAtOnce } from "../../at-once.ts";

test("a lock that a dead process left on a record is no obstacle", async () => {
  const directory = await newRun();
  await writeFile(path.join(directory, "record.lock"), "");
  await age(directory);

  expect(await withRunLock(directory, async () => "done")).toBe("done");
  expect(await readdir(directory)).toEqual([]);
});

test("of many that take over the lock of a dead process at once, one works at a time", async () => {
  for (let round = 0; round < 10; round++) {
    const directory = await newRun();
    await writeFile(path.join(directory, "record.lock"), "");
    await age(directory);
    const { most, ended } = await askAtOnce((work) => withRunLock(directory, work));
    expect(ended.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(most).toBe(1);
    expect(await readdir(directory)).toEqual([]);
  }
});

test("a holder that was taken for dead leaves its successor's lock alone", async () => {
  const directory = await newRun();
  const [sleeper, successor, third] = [later(), later(), later()];
  const first = withRunLock(directory, () => sleeper.promise);
  while ((await readdir(directory)).length === 0) await sleep(5);
  await age(directory);
  const isIn = later();
  const second = withRunLock(directory, async () => {
    isIn.resolve();
    await successor.promise;
  });
  await isIn.promise;
  sleeper.resolve();
  await first;
  const last = withRunLock(directory, async () => third.resolve());
  expect(await Promise.race([third.promise.then(() => "in"), sleep(300).then(() => "waits")])).toBe("waits");
  successor.resolve();
  await Promise.all([second, last]);
});

function newRun(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "persona run lock "));
}

async function age(directory: string): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path.join(directory, "record.lock"), longAgo, longAgo);
}

function later(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

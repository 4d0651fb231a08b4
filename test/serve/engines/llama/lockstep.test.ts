import type { BatchItem } from "node-llama-cpp";
import { expect, test } from "vitest";
import { Lockstep } from "../../../../src/serve/engines/llama/lockstep.ts";

test("a batch waits for a reply that is about to ask for its next id, but not for ever", () => {
  const lockstep = new Lockstep(64);
  lockstep.expect("slow");
  expect(fill(lockstep, [1, 1])).toEqual([]);
  lockstep.arrive("slow");
  expect(fill(lockstep, [1, 1])).toEqual([1, 1]);

  lockstep.expect("gone");
  const emptyBatches = Array.from({ length: 100 }, () => fill(lockstep, [1])).findIndex(
    ({ length }) => length > 0,
  );
  expect(emptyBatches).toBe(64);
});

test("replies come first, and no more of a prompt joins them than they can wait for", () => {
  const lockstep = new Lockstep(64);
  expect(fill(lockstep, [700])).toEqual([512]);
  expect(fill(lockstep, [700, 1, 1])).toEqual([64, 1, 1]);
  expect(fill(lockstep, [700, 20, 300])).toEqual([171, 20, 300]);
  expect(fill(lockstep, Array(600).fill(1)).length).toBe(512);
});

test("sequences are in a batch by their numbers, whichever asked first", () => {
  const item = (evaluationPriority: number, length: number) =>
    ({ tokens: Array(length).fill(1), logits: [], evaluationPriority }) as unknown as BatchItem;
  const items = [item(3, 1), item(1, 20), item(2, 1), item(0, 1)];
  const batch = new Lockstep(64).fillBatch({ items, size: 512 });

  expect(batch.map(({ item }) => item.evaluationPriority)).toEqual([0, 1, 2, 3]);
});

test("whoever has ids to evaluate waits for changes of what was evaluated", async () => {
  const lockstep = new Lockstep(64);
  const order: string[] = [];
  let end = () => {};
  const changing = lockstep.between(() => new Promise<void>((resolve) => (end = resolve)));
  const drawing = lockstep.untilUnlocked().then(() => order.push("draw"));
  await Promise.resolve();
  order.push("change");
  end();
  await Promise.all([changing, drawing]);

  expect(order).toEqual(["change", "draw"]);
});

/** How many ids of each prompt or reply are in the next batch of at most 512. */
function fill(lockstep: Lockstep, lengths: number[]): number[] {
  const items = lengths.map((length, at) => ({
    tokens: Array(length).fill(1),
    logits: [],
    evaluationPriority: at,
  }));
  const batch = lockstep.fillBatch({ items: items as unknown as BatchItem[], size: 512 });
  return batch.map(({ processAmount }) => processAmount);
}

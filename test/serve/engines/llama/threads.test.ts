import { expect, test } from "vitest";
import { idleCores, threadsFor } from "../../../../src/serve/engines/llama/threads.ts";

/** A second, in which the cores were idle for so long and this process computed for so long. */
const second = (idleMs: number, ownMs: number) =>
  idleCores({ idleMs: 5000, ownMs: 70, atMs: 0 }, { idleMs: 5000 + idleMs, ownMs: 70 + ownMs, atMs: 1000 });

test("what this process itself computes counts as idle", () => {
  expect(second(2000, 0)).toBe(2);
  expect(second(200, 1800)).toBe(2);
  expect(second(0, 500)).toBe(0.5);
});

test.each([
  ["an idle machine", 8, 8],
  ["a little noise", 7.8, 8],
  ["one busy core of two", 1, 1],
  ["a core that is half in use", 1.5, 1],
  ["a trainer on every core", 0.1, 1],
  ["more cores than are of use", 32, 8],
])("%s: as many threads as idle cores, but at least one", (_, idle, threads) => {
  expect(threadsFor(idle, 8)).toBe(threads);
});

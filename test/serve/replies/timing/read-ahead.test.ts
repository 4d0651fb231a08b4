import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readAhead } from "../../../../src/serve/replies/timing/read-ahead.ts";

test("the source is read to its end while nobody takes its second value", async () => {
  let isRead = false;
  async function* source() {
    yield* [1, 2, 3];
    isRead = true;
  }
  const values = readAhead(source());
  expect(await values.next()).toEqual({ value: 1, done: false });
  while (!isRead) await sleep(1);
  const rest = [];
  for await (const value of values) rest.push(value);

  expect(rest).toEqual([2, 3]);
});

test("values come as they are there, and an error after those before it", async () => {
  async function* source() {
    yield 1;
    await sleep(5);
    yield 2;
    throw new Error("no model");
  }
  const taken: number[] = [];
  const taking = (async () => {
    for await (const value of readAhead(source())) taken.push(value);
  })();

  await expect(taking).rejects.toThrow("no model");
  expect(taken).toEqual([1, 2]);
});

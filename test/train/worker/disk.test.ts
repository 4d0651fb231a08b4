import { expect, test } from "vitest";
import type { RunRecord } from "../../../src/handoffs/index.ts";
import { estimateDiskBytes } from "../../../src/train/worker/disk.ts";

test("the disk that a run fills is four checkpoints and what it makes", async () => {
  const gigabytes = async (settings: RunRecord["settings"]) =>
    Math.round(((await estimateDiskBytes({ base: { name: "gpt2-large" }, settings })) ?? 0) / 1e9);

  expect(await gigabytes({})).toBe(43);
  expect(await gigabytes({ optimizer: "adamw-8bit" })).toBe(24);
  expect(await gigabytes({ lora: true })).toBe(7);
});

test("the disk that a run of an unknown base fills is not guessed", async () => {
  expect(await estimateDiskBytes({ base: { name: "somebody/mystery" }, settings: {} })).toBeUndefined();
});

import { Command } from "commander";
import { expect, test, vi } from "vitest";
import { registerBenchTiming } from "../../../src/bench/timing/index.ts";
import { createFacts } from "../../../src/prepare/facts/index.ts";
import { summariseStyle } from "../../../src/prepare/report/style.ts";
import { timingOf } from "../../../src/serve/index.ts";

test("of somebody who never sends two bubbles in a row, gaps between bubbles are not spoken of", async () => {
  const reply = { kind: "reply", seconds: 5, askedAt: 0, silenceSeconds: undefined } as const;
  const style = summariseStyle(createFacts({ persona: "Ana Lima", timeZone: "UTC" }));
  const bench = new Command();
  registerBenchTiming(bench, {
    readGaps: async () => ({ style, gaps: [{ ...reply, isHeldOut: true, half: 0 }] }),
    openTimes: timingOf,
  });
  const said: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((part) => said.push(String(part)) > 0);
  await bench.parseAsync(["timing"], { from: "user" }).finally(() => spy.mockRestore());

  expect(said.join("")).toContain("replies");
  expect(said.join("")).not.toMatch(/bubbles|NaN/);
});

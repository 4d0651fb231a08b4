import { afterEach, beforeEach, expect, test } from "vitest";
import { startOfDay } from "../../../src/choices/values/days.ts";

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = "America/Los_Angeles";
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test("a day begins at midnight of this machine, where the report counts days too", () => {
  expect(new Date(startOfDay("2018-03-10") ?? 0).toISOString()).toBe("2018-03-10T08:00:00.000Z");
  expect(new Date(startOfDay("2018-07-01") ?? 0).toISOString()).toBe("2018-07-01T07:00:00.000Z");
});

test.each(["2018-02-31", "2018-13-01", "2018-00-10", "2018-1-1", "2018", "yesterday", ""])(
  "%j is no day",
  (text) => {
    expect(startOfDay(text)).toBeUndefined();
  },
);

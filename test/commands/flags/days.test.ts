import { afterEach, beforeEach, expect, test } from "vitest";
import { readDay } from "../../../src/commands/flags/days.ts";

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = "America/Los_Angeles";
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test("a day begins at midnight of this machine, where the report counts days too", () => {
  expect(new Date(readDay("2018-03-10")).toISOString()).toBe("2018-03-10T08:00:00.000Z");
  expect(new Date(readDay("2018-07-01")).toISOString()).toBe("2018-07-01T07:00:00.000Z");
});

test.each(["2018-02-31", "2018-13-01", "2018-00-10", "2018-1-1", "2018", "yesterday", ""])(
  "%j is refused: it is no day",
  (text) => {
    expect(() => readDay(text)).toThrow("is not a day");
  },
);

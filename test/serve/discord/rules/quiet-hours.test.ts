import { afterEach, beforeEach, expect, test } from "vitest";
import { QuietHours } from "../../../../src/serve/discord/rules/quiet-hours.ts";

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = "America/New_York";
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test("hours over midnight are quiet from their first minute on, to the one before their end", () => {
  const hours = new QuietHours("23:00-7:30");
  expect(["22:59", "23:00", "00:00", "07:29", "07:30", "12:00"].map((time) => at(hours, time))).toEqual([
    false,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("hours of one day, a dash of any length, and none at all", () => {
  expect(["12:59", "13:00", "14:00"].map((time) => at(new QuietHours("13:00 – 14:00"), time))).toEqual([
    false,
    true,
    false,
  ]);
  expect(at(new QuietHours(null), "00:00")).toBe(false);
});

test("in the nights in which clocks are set it goes by what they show", () => {
  const hours = new QuietHours("01:30-03:00");
  // From 01:59 to 03:00 at once, and from 01:59 back to 01:00.
  const spring = ["2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z"];
  const autumn = ["2026-11-01T05:45:00Z", "2026-11-01T06:15:00Z", "2026-11-01T06:45:00Z"];
  expect(spring.map((time) => hours.include(new Date(time)))).toEqual([true, false]);
  expect(autumn.map((time) => hours.include(new Date(time)))).toEqual([true, false, true]);
});

function at(hours: QuietHours, time: string): boolean {
  return hours.include(new Date(`2026-11-29T${time}:00`));
}

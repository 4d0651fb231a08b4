import { UserError } from "../../errors.ts";

const dayMs = 86_400_000;

export interface LocalTime {
  /** Days since 1970-01-01. */
  day: number;
  /** 0 is Monday. */
  weekday: number;
  hour: number;
}

const clocks = new Map<string, (sentAt: number) => LocalTime>();

/** Turns Unix milliseconds into the wall clock of a time zone, asking `Intl` only about days not met before. */
export function localClock(timeZone: string): (sentAt: number) => LocalTime {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;

  const offsetAt = createOffsetLookup(timeZone);
  const clock = (sentAt: number): LocalTime => {
    const local = sentAt + offsetAt(sentAt);
    const day = Math.floor(local / dayMs);
    // 1970-01-01 was a Thursday.
    return { day, weekday: (day + 3) % 7, hour: Math.floor((local - day * dayMs) / 3_600_000) };
  };
  clocks.set(timeZone, clock);
  return clock;
}

/** Milliseconds to add to Unix time. A day whose ends have the same offset has it throughout. */
function createOffsetLookup(timeZone: string): (sentAt: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const ask = (sentAt: number) => readOffset(format.format(sentAt));
  const offsetOfDay = new Map<number, number | undefined>();
  // Messages come in order: most are of the same day as the one before.
  let [latestDay, latestOffset] = [Number.NaN, 0];

  return (sentAt) => {
    const day = Math.floor(sentAt / dayMs);
    if (day === latestDay) return latestOffset;
    if (!offsetOfDay.has(day)) {
      const [start, end] = [ask(day * dayMs), ask((day + 1) * dayMs)];
      offsetOfDay.set(day, start === end ? start : undefined);
    }
    const offset = offsetOfDay.get(day);
    if (offset === undefined) return ask(sentAt);
    [latestDay, latestOffset] = [day, offset];
    return offset;
  };
}

/** Reads the end of `4/13/2018, GMT+05:30`; plain `GMT` is no offset. */
function readOffset(text: string): number {
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds = "0"] = match;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -ms : ms;
}

const knownZones = new Set<string>();

/** A zone comes from the settings, and is asked for long before the first message needs it. */
export function checkTimeZone(timeZone: string): void {
  if (knownZones.has(timeZone)) return;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
    knownZones.add(timeZone);
  } catch (cause) {
    throw new UserError(`There is no time zone called "${timeZone}".`, {
      fix: "Give an IANA name, such as Europe/Lisbon.",
      cause,
    });
  }
}

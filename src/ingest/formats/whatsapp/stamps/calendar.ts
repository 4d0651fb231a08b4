/** Years, months and days of the calendars that phones are set to, as days of the Gregorian one. */

export interface Day {
  year: number;
  month: number;
  day: number;
}

/** Words and letters for the beginning of a count of years, with the year before its first. */
const eras: Record<string, number> = {
  r: 2018,
  reiwa: 2018,
  令和: 2018,
  h: 1988,
  heisei: 1988,
  平成: 1988,
  民國: 1911,
  民国: 1911,
  minguo: 1911,
  be: -543,
  "พ.ศ.": -543,
  พศ: -543,
  ad: 0,
  ce: 0,
  西暦: 0,
  ap: 0,
  ah: 0,
  هـ: 0,
  "ه.ش.": 0,
};

export function isEra(word: string): boolean {
  return eraKey(word) in eras;
}

function eraKey(word: string): string {
  return word.toLowerCase().replace(/[\p{Cf}\s]/gu, "");
}

/**
 * The Gregorian day of a date as a phone writes it; undefined where there is no such day.
 *
 * @param year As it stands: `26`, `2026`; Buddhist `2569` and `69`, of the Republic of China `115`, Persian `1405`,
 *   Islamic `1447`, or, with its era, Japanese `8`.
 */
export function gregorianDay(year: string, month: string, day: string, era = ""): Day | undefined {
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const offset = eras[eraKey(era)] ?? 0;
  if (offset !== 0) return existing({ ...date, year: date.year + offset });
  if (year.length === 4) return dayOfFourDigits(date);
  if (year.length === 3) return existing({ ...date, year: date.year + 1911 });
  if (year.length !== 2) return undefined;
  const isBuddhist = date.year >= firstBuddhistYear;
  return existing({ ...date, year: date.year + (isBuddhist ? 2500 - 543 : 2000) });
}

/** Of two digits: 2009, when WhatsApp began, was 2552. */
const firstBuddhistYear = 52;

function dayOfFourDigits(date: Day): Day | undefined {
  if (date.year >= 2400 && date.year < 2700) return existing({ ...date, year: date.year - 543 });
  if (date.year >= 1380 && date.year < 1425) return lookUp("persian", date);
  if (date.year >= 1430 && date.year < 1500) return lookUp("islamic-umalqura", date);
  return existing(date);
}

function existing(date: Day): Day | undefined {
  const { year, month, day } = date;
  const time = new Date(Date.UTC(year, month - 1, day));
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? date : undefined;
}

const dayMs = 86_400_000;
/** New Year of a year of each calendar, and the days in its months, on average. */
const calendars = {
  persian: { year: 1403, newYear: Date.UTC(2024, 2, 20), daysInMonth: 30.44 },
  "islamic-umalqura": { year: 1445, newYear: Date.UTC(2023, 6, 19), daysInMonth: 29.53 },
};
const lookedUp = new Map<string, Day | undefined>();

/** Searched for around where it must be, with Unicode's calendars. */
function lookUp(calendar: keyof typeof calendars, date: Day): Day | undefined {
  const key = `${calendar} ${date.year} ${date.month} ${date.day}`;
  if (!lookedUp.has(key)) lookedUp.set(key, search(calendar, date));
  return lookedUp.get(key);
}

function search(calendar: keyof typeof calendars, { year, month, day }: Day): Day | undefined {
  const known = calendars[calendar];
  const months = (year - known.year) * 12 + month - 1;
  const near = known.newYear + Math.round(months * known.daysInMonth + day - 1) * dayMs;
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    timeZone: "UTC",
  });
  for (let time = near - 6 * dayMs; time <= near + 6 * dayMs; time += dayMs) {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    if (Number(parts.year) !== year || Number(parts.month) !== month || Number(parts.day) !== day) continue;
    const found = new Date(time);
    return { year: found.getUTCFullYear(), month: found.getUTCMonth() + 1, day: found.getUTCDate() };
  }
  return undefined;
}

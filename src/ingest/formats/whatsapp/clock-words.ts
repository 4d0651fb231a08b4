/**
 * What the words beside the times of a file say, where no table knows them: a chat runs forwards, and a clock of twelve hours
 * names both halves of the day.
 */
import type { Header } from "./header.ts";
import { type ClockWord, type DateOrder, dayOf, timeOf } from "./stamps/index.ts";

/** By style of the beginnings, then by word. Other words are nobody's clock: such a line is part of a text. */
export type ClockWords = ReadonlyMap<string, ReadonlyMap<string, ClockWord>>;

/** Whether a message begins so: not where somebody wrote the word themselves. */
export function isOwnWord({ style, word }: Header, words: ClockWords): boolean {
  return word === "" || words.get(style)?.has(word) === true;
}

export function wordOf({ style, word }: Header, words: ClockWords): ClockWord | undefined {
  return word === "" ? undefined : words.get(style)?.get(word);
}

/** @param ordersByStyle How the dates of each style are read, best first. */
export async function findClockWords(
  headers: AsyncIterable<Header[]>,
  ordersByStyle: ReadonlyMap<string, DateOrder[]>,
): Promise<ClockWords> {
  const clocks = new Map(
    [...ordersByStyle].map(([style, [order]]) => [style, new Clock(order as DateOrder)]),
  );
  for await (const batch of headers) for (const header of batch) clocks.get(header.style)?.see(header);
  const words = [...clocks].map(([style, clock]) => [style, clock.words()] as const);
  return new Map(words.filter(([, own]) => own.size > 0));
}

interface WordUse {
  lines: number;
  /** Lines with somebody who writes under another word, too, or with anybody. */
  byKnown: number;
  byAnybody: number;
  /** Lines that stand between their neighbours in one half of the day at least. */
  fitting: number;
  /** Lines with an hour that only a clock of 24 hours has. */
  beyondTwelve: number;
}

interface Beginning {
  /** A word that is not known, or the half of the day that is. */
  symbol: string;
  day: number;
  /** Of half a day. */
  minute: number;
}

const [am, pm] = ["AM", "PM"];
const minuteMs = 60_000;
const halfDayMs = 12 * 60 * minuteMs;

/** Lines that outweigh one. */
const clearlyMore = 4;

/** A text full of times is kept from growing without bounds. */
const maxWords = 50;
const maxPending = 10_000;
const maxSenders = 2_000;

/** The clock of one style of beginnings. */
class Clock {
  readonly #order: DateOrder;
  readonly #uses = new Map<string, WordUse>();
  readonly #senders = new Set<string>();
  readonly #knownHalves = new Set<string>();
  readonly #steps = new Steps();
  #last: Beginning | undefined;
  #lastKnown = Number.NEGATIVE_INFINITY;
  /** Lines with words since the last whose time is known. */
  #pending: Beginning[] = [];

  constructor(order: DateOrder) {
    this.#order = order;
  }

  see(header: Header): void {
    const day = dayOf(header, this.#order);
    if (day === undefined) return;
    const minute = (header.clockHour % 12) * 60 + header.minute;
    const time = timeOf(header, this.#order);
    if (time === undefined) this.#seeUnknown(header, { symbol: header.word, day, minute });
    else this.#seeKnown(header, { symbol: (header.hour as number) < 12 ? am : pm, day, minute }, time);
  }

  #seeKnown({ rest }: Header, beginning: Beginning, time: number): void {
    const sender = senderOf(rest);
    if (sender !== undefined && this.#senders.size < maxSenders) this.#senders.add(sender);
    const latest = this.#pending.slice(-clearlyMore);
    // Then this one was pasted.
    if (latest.length === clearlyMore && latest.every(({ day }) => day > beginning.day)) return;
    this.#knownHalves.add(beginning.symbol);
    this.#settlePending(time);
    this.#step(beginning);
    this.#lastKnown = time;
  }

  #seeUnknown(header: Header, beginning: Beginning): void {
    const known = this.#uses.get(header.word);
    if (known === undefined && this.#uses.size === maxWords) return;
    const use = known ?? { lines: 0, byKnown: 0, byAnybody: 0, fitting: 0, beyondTwelve: 0 };
    this.#uses.set(header.word, use);
    use.lines++;
    const sender = senderOf(header.rest);
    if (sender !== undefined) use.byAnybody++;
    if (sender !== undefined && this.#senders.has(sender)) use.byKnown++;
    if (header.clockHour > 12) use.beyondTwelve++;
    this.#pending.push(beginning);
    if (this.#pending.length === maxPending) this.#settlePending(Number.POSITIVE_INFINITY);
  }

  /** A line that stands between its neighbours in no half of the day was pasted. */
  #settlePending(next: number): void {
    const [earliest, latest] = [this.#lastKnown - minuteMs, next + minuteMs];
    for (const beginning of this.#pending) {
      const { day, minute, symbol } = beginning;
      const inFirstHalf = day + minute * minuteMs;
      const fits = [inFirstHalf, inFirstHalf + halfDayMs].some((time) => time >= earliest && time <= latest);
      if (!fits || day < (this.#last?.day ?? day)) continue;
      (this.#uses.get(symbol) as WordUse).fitting++;
      this.#step(beginning);
    }
    this.#pending = [];
  }

  #step(beginning: Beginning): void {
    const last = this.#last;
    if (last !== undefined && last.day === beginning.day && last.symbol !== beginning.symbol)
      this.#steps.add(last.symbol, beginning.symbol, last.minute > beginning.minute + 1);
    this.#last = beginning;
  }

  words(): Map<string, ClockWord> {
    this.#settlePending(Number.POSITIVE_INFINITY);
    const own = [...this.#uses]
      .filter(([, use]) => this.#isOwn(use))
      .toSorted(([, a], [, b]) => b.lines - a.lines);
    if (own.length === 0 || !areMessages(own)) return new Map();
    const words = own.map(([word]) => word);
    if (hasTwentyFourHours(own)) return new Map(words.map((word) => [word, "no half"]));
    const told = tellHalves(words.slice(0, maxUnknown), this.#knownHalves, this.#steps);
    return new Map(words.map((word) => [word, told.get(word) ?? "untold"]));
  }

  /** Beside words that name both halves, another has to prove more. */
  #isOwn({ lines, fitting, byKnown, byAnybody }: WordUse): boolean {
    const proven = this.#knownHalves.size === 2 ? byKnown : byAnybody;
    return fitting * 2 > lines && proven > 0;
  }
}

/** Some lines have no sender, such as of somebody who joined, but not most. */
function areMessages(own: [string, WordUse][]): boolean {
  return sumOf(own, ({ byAnybody }) => byAnybody) * 4 >= sumOf(own, ({ lines }) => lines);
}

/** Half of a day's messages lie after twelve. */
function hasTwentyFourHours(own: [string, WordUse][]): boolean {
  return sumOf(own, ({ beyondTwelve }) => beyondTwelve) * 20 > sumOf(own, ({ lines }) => lines);
}

function sumOf(own: [string, WordUse][], count: (use: WordUse) => number): number {
  return own.reduce((sum, [, use]) => sum + count(use), 0);
}

/** `Ana: hi`. */
function senderOf(rest: string): string | undefined {
  return /^([^\n:]{1,100}):(?: |$)/.exec(rest)?.[1];
}

/** How often one symbol follows another within a day, and how often the clock's hand stands lower then. */
class Steps {
  readonly #counts = new Map<string, { from: string; to: string; all: number; falling: number }>();

  add(from: string, to: string, isFalling: boolean): void {
    const key = `${from}\n${to}`;
    const counts = this.#counts.get(key) ?? { from, to, all: 0, falling: 0 };
    counts.all++;
    if (isFalling) counts.falling++;
    this.#counts.set(key, counts);
  }

  count(): number {
    return [...this.#counts.values()].reduce((sum, { all }) => sum + all, 0);
  }

  /** How often time would run backwards. */
  backwards(isAfternoon: (symbol: string) => boolean): number {
    let sum = 0;
    for (const { from, to, all, falling } of this.#counts.values()) {
      if (isAfternoon(from) && !isAfternoon(to)) sum += all;
      else if (isAfternoon(from) === isAfternoon(to)) sum += falling;
    }
    return sum;
  }
}

/** All ways to share them out are tried. */
const maxUnknown = 8;

/** The half of the day of each word that all ways agree on in which the chat runs forwards. */
function tellHalves(words: string[], knownHalves: Set<string>, steps: Steps): Map<string, ClockWord> {
  const ways = Array.from({ length: 2 ** words.length }, (_, bits) => {
    const late = new Set([pm as string, ...words.filter((_, index) => (bits >> index) % 2 === 1)]);
    const named = new Set([...knownHalves, ...words.map((word) => (late.has(word) ? pm : am))]);
    return { late, cost: steps.backwards((symbol) => late.has(symbol)) + (named.size === 2 ? 0 : 0.5) };
  });
  const lowest = Math.min(...ways.map(({ cost }) => cost));
  // A word for the night, such as from nine to three, is of neither half.
  if (lowest > 1 && lowest * 20 > steps.count()) return new Map();
  const likely = ways.filter(({ cost }) => cost <= lowest * clearMargin);
  const told = new Map<string, ClockWord>();
  for (const word of words) {
    const late = likely.filter((way) => way.late.has(word)).length;
    if (late === 0) told.set(word, "before noon");
    if (late === likely.length) told.set(word, "after noon");
  }
  return told;
}

/** How much more often the chat has to run backwards in a way that is ruled out. */
const clearMargin = 2;

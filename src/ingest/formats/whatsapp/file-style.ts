/**
 * How a file writes its messages' beginnings, found over the whole of it, in constant memory: a line alone does not tell an
 * order of day, month and year, nor whether somebody pasted it from another chat.
 */
import { type ClockWords, findClockWords, isOwnWord, wordOf } from "./clock-words.ts";
import { type Header, readHeader } from "./header.ts";
import { type DateOrder, dateOrders, dayOf, timeOf } from "./stamps/index.ts";

interface FileStyle {
  /** Orders of day, month and year that the dates allow. Several: the file does not say. None: it is no chat. */
  orders: DateOrder[];
  /** How the file's own messages begin; what begins otherwise was pasted into them. */
  styles: string[];
  /** What the words beside its times say that no table knows. */
  clockWords: ClockWords;
}

/** @param lines Gives the lines of the file, from the first on, each time that it is called. */
export async function findFileStyle(
  lines: () => AsyncIterable<string[]>,
  { now = Date.now() } = {},
): Promise<FileStyle> {
  const candidates = new Map<string, Trial[]>();
  let hasUnknownWords = false;
  for await (const batch of lines())
    for (const header of headersIn(batch)) {
      const known = candidates.get(header.style);
      const trials = known ?? dateOrders.map((order) => new Trial(order, now));
      if (known === undefined && candidates.size < maxStyles) candidates.set(header.style, trials);
      for (const trial of trials) trial.see(header);
      hasUnknownWords ||= header.word !== "";
    }
  const ordersByStyle: OrdersByStyle = new Map();
  for (const [style, trials] of candidates) {
    const orders = bestOf(trials).map(({ order }) => order);
    if (orders.length > 0) ordersByStyle.set(style, orders);
  }
  const clockWords: ClockWords = hasUnknownWords
    ? await findClockWords(headersOf(lines()), ordersByStyle)
    : new Map();
  const all = [...ordersByStyle.keys()];
  const isSettled = all.length < 2 && !hasUnknownWords;
  const styles = isSettled ? all : await findOwnStyles(headersOf(lines()), ordersByStyle, clockWords);
  return { orders: ordersByStyle.get(styles[0] ?? "") ?? [], styles, clockWords };
}

async function* headersOf(lines: AsyncIterable<string[]>): AsyncGenerator<Header[]> {
  for await (const batch of lines) yield headersIn(batch);
}

function headersIn(lines: string[]): Header[] {
  return lines.flatMap((line) => readHeader(line) ?? []);
}

/** More than people paste from; a text full of dates is kept from growing without bounds. */
const maxStyles = 12;

type OrdersByStyle = Map<string, DateOrder[]>;

// ----- orders of day, month and year -----

const dayMs = 86_400_000;

/**
 * What comes of reading all dates in one order.
 *
 * An order falls out when it gives days that do not exist, lie in the future or before WhatsApp, or when it makes the
 * chat run backwards where another does not.
 */
class Trial {
  readonly order: DateOrder;
  readonly #latest: number;
  #last = Number.NEGATIVE_INFINITY;
  possible = 0;
  impossible = 0;
  /** Steps back by more than a day: clocks that were set, or the wrong order. */
  backwards = 0;
  /** Grows apart as soon as two orders read one date in two ways. */
  sum = 0;

  constructor(order: DateOrder, now: number) {
    this.order = order;
    this.#latest = now + dayMs;
  }

  see(header: Header): void {
    const time = header.word === "" ? timeOf(header, this.order) : dayOf(header, this.order);
    if (time === undefined || time > this.#latest) {
      this.impossible++;
      return;
    }
    this.possible++;
    if (time < this.#last - dayMs) this.backwards++;
    this.#last = time;
    // Seconds, so that a sum over millions of messages stays exact.
    this.sum += time / 1000;
  }
}

/** How much rarer steps back have to be in one order than in another that has none of its own merits left. */
const clearMargin = 10;

function bestOf(trials: Trial[]): Trial[] {
  const fewestImpossible = Math.min(...trials.map(({ impossible }) => impossible));
  const possible = trials.filter((trial) => trial.possible > 0 && trial.impossible === fewestImpossible);
  const fewestBackwards = Math.min(...possible.map(({ backwards }) => backwards));
  const forwards = possible.filter(({ backwards }) => backwards <= clearMargin * fewestBackwards);
  return forwards.filter(
    (trial, index) => !forwards.slice(0, index).some((other) => other.sum === trial.sum),
  );
}

// ----- the file's own style -----

const minuteMs = 60_000;
/** Clocks of two places are so far apart at most: pasted lines may bear the times of a friend's. */
const maxShiftMs = 15 * 60 * minuteMs;

/**
 * What is pasted was sent before the message that it stands in, and the file begins with a message of its own: held against
 * the right style, the fewest lines of the others are misplaced.
 */
async function findOwnStyles(
  headers: AsyncIterable<Header[]>,
  ordersByStyle: OrdersByStyle,
  clockWords: ClockWords,
): Promise<string[]> {
  const misplaced = new Map([...ordersByStyle.keys()].map((style) => [style, new Map<string, number>()]));
  const last = new Map<string, number>();
  let count = 0;
  for await (const batch of headers)
    for (const header of batch) {
      if (!isOwnWord(header, clockWords)) continue;
      const word = wordOf(header, clockWords);
      const orders = ordersByStyle.get(header.style) ?? [];
      const times = orders.map((order) => timeOf(header, order, word) ?? dayOf(header, order));
      const known = times.filter((time) => time !== undefined);
      if (known.length === 0) continue;
      count++;
      for (const [style, others] of misplaced) {
        const weight = style === header.style ? 0 : misplacement(Math.min(...known), last.get(style));
        others.set(header.style, (others.get(header.style) ?? 0) + weight);
      }
      last.set(header.style, Math.max(...known));
    }
  const sumOf = (style: string) => sum([...(misplaced.get(style)?.values() ?? [])]);
  const [first, ...later] = last.keys();
  if (first === undefined) return [];
  // Where a file begins with a clock that is known, other words beside a time are somebody's own.
  const styles = [first, ...later.filter((style) => clockWords.has(first) || !clockWords.has(style))];
  const [own, ...others] = styles.toSorted((a, b) => sumOf(a) - sumOf(b)) as [string, ...string[]];
  // Two chats in one file have a style each.
  const isOwnToo = (style: string) => (misplaced.get(own)?.get(style) ?? 0) > Math.max(3, count / 20);
  return [own, ...others.filter(isOwnToo)];
}

/** How much speaks against a line's being pasted into the message before it, which was sent at `into`. */
function misplacement(time: number, into: number | undefined): number {
  if (into === undefined || time > into + maxShiftMs) return 1;
  return time > into + minuteMs ? 0.5 : 0;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

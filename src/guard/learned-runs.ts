import { BloomFilter } from "./bloom-filter.ts";
import { Frequencies } from "./frequencies.ts";
import { type Hash, hashOfRun, WordReader } from "./word-reader.ts";

/** So many words in a row are a copy, whatever they say. */
export const longRun = 12;
/** So many are one where they stand in a single conversation and are improbable. */
export const rareRun = 5;
/** What they say together then, were each word drawn by itself: 10 bits, one word in a thousand, for each of them. */
const rareBits = 10 * rareRun;

/** With so many, one run of words in 100,000 is taken for a copy by mistake. */
const bitsAnEntry = 24;
const bytesAMessage = 30;
const bitsWhileCounting = 16;

/** The bubbles of each turn of a conversation. */
export type Said = string[][];

/**
 * What may not be said: every run of twelve words, and every improbable one of five that stands in one conversation alone.
 *
 * @param conversations Read three times: only the words of all of them tell which are rare.
 */
export async function learnRuns(conversations: () => AsyncIterable<Said>): Promise<BloomFilter> {
  const { frequencies, messages, longRuns, shortRuns } = await count(conversations());
  const { repeated, rareRuns } = await findRepeated(conversations(), frequencies, shortRuns);
  const learned = BloomFilter.for(longRuns + rareRuns, bitsAnEntry, bytesAMessage * messages);
  for await (const turns of turnsOf(conversations())) {
    for (const turn of turns) {
      for (const run of runsOf(turn)) learned.add(run);
      for (const run of rareRunsOf(turn, frequencies)) if (!repeated.has(run)) learned.add(run);
    }
  }
  return learned;
}

async function count(conversations: AsyncIterable<Said>) {
  const frequencies = new Frequencies();
  const found = { frequencies, messages: 0, longRuns: 0, shortRuns: 0 };
  for await (const said of conversations) {
    for (const bubbles of said) {
      const turn = WordReader.after(bubbles);
      frequencies.add(turn);
      found.messages += bubbles.length;
      found.longRuns += Math.max(0, turn.count + 1 - longRun);
      found.shortRuns += Math.max(0, turn.count + 1 - rareRun);
    }
  }
  return found;
}

/** The rare runs that stand in more than one conversation, and how many different rare ones there are. */
async function findRepeated(
  conversations: AsyncIterable<Said>,
  frequencies: Frequencies,
  shortRuns: number,
): Promise<{ repeated: BloomFilter; rareRuns: number }> {
  const seen = BloomFilter.for(shortRuns, bitsWhileCounting);
  const repeated = BloomFilter.for(shortRuns, bitsWhileCounting);
  let rareRuns = 0;
  for await (const turns of turnsOf(conversations)) {
    const here = new Map<number, Hash>();
    for (const turn of turns) for (const run of rareRunsOf(turn, frequencies)) here.set(keyOf(run), run);
    for (const run of here.values()) {
      if (seen.has(run)) repeated.add(run);
      else rareRuns++;
      seen.add(run);
    }
  }
  return { repeated, rareRuns };
}

async function* turnsOf(conversations: AsyncIterable<Said>): AsyncGenerator<WordReader[]> {
  for await (const said of conversations) yield said.map((bubbles) => WordReader.after(bubbles));
}

function* runsOf({ words, count }: WordReader): Generator<Hash> {
  for (let last = longRun - 1; last < count; last++) yield hashOfRun(words, last, longRun) as Hash;
}

function* rareRunsOf(turn: WordReader, frequencies: Frequencies): Generator<Hash> {
  const bits = frequencies.bitsOf(turn);
  for (let last = rareRun - 1; last < turn.count; last++) {
    const together = bits.slice(last + 1 - rareRun, last + 1).reduce((sum, said) => sum + said, 0);
    if (together >= rareBits) yield hashOfRun(turn.words, last, rareRun) as Hash;
  }
}

/** A number by which a map knows a run: 52 bits of its hash. */
function keyOf({ first, second }: Hash): number {
  return first * 2 ** 20 + (second >>> 12);
}

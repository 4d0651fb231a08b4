/**
 * What tells a chat from others, in a few kilobytes however long it is: a sample of its messages by their words, and all at
 * its beginning and its end.
 *
 * The sample is by the hash of the words (Broder 1997, "On the resemblance and containment of documents"), so that two
 * exports of one chat sample the same messages. Where an older export ends shortly after a newer one begins, the sample may
 * have nothing of what they share: there the ends tell.
 */
import type { EntryOutline } from "../formats/index.ts";
import { wordlessKind } from "../merge/index.ts";
import { hashOfText } from "./text-hash.ts";

/** A message, by its words. */
export interface Mark {
  words: number;
  /** Unix time in ms. */
  at: number;
  sender: number;
}

export interface Sketch {
  firstAt: number;
  lastAt: number;
  /** All marks that are known, each once. */
  marks: Mark[];
  /** Every message with words below this is among the marks. */
  sampledBelow: number;
  /** Words that recur too often for all of their marks to be kept. */
  overflown: Set<number>;
  /** Up to here, and from there on, every message is among the marks. */
  headUntil: number;
  tailFrom: number;
}

const maxWords = 256;
const maxMarksOfWords = 32;
const maxAtAnEnd = 100;
const maxSenders = 64;

export class SketchInProgress {
  readonly #sample = new Map<number, Mark[]>();
  readonly #overflown = new Set<number>();
  #sampledBelow = Number.POSITIVE_INFINITY;
  #head: Mark[] = [];
  /** Whatever is later is not at the beginning. */
  #headEndsAt = Number.POSITIVE_INFINITY;
  #tail: Mark[] = [];
  #count = 0;
  readonly #senders = new Map<string, number>();

  add(entry: EntryOutline): void {
    if (entry.sentAt === null) return;
    this.#addMark({ words: wordsOf(entry), at: entry.sentAt, sender: this.#hashOfSender(entry.sender) });
  }

  /** Most messages have a sender of the few before them. */
  #hashOfSender(name: string): number {
    const known = this.#senders.get(name);
    if (known !== undefined) return known;
    if (this.#senders.size >= maxSenders) this.#senders.clear();
    const hash = hashOfText(name);
    this.#senders.set(name, hash);
    return hash;
  }

  #addMark(mark: Mark): void {
    this.#count++;
    if (mark.at <= this.#headEndsAt) this.#addToHead(mark);
    this.#tail.push(mark);
    if (this.#tail.length >= 4 * maxAtAnEnd) this.#tail = lastOf(this.#tail);
    if (mark.words >= this.#sampledBelow) return;
    const known = this.#sample.get(mark.words);
    if (known === undefined) this.#sample.set(mark.words, [mark]);
    else if (known.length < maxMarksOfWords) known.push(mark);
    else this.#overflown.add(mark.words);
    if (this.#sample.size >= 4 * maxWords) this.#prune();
  }

  #addToHead(mark: Mark): void {
    this.#head.push(mark);
    if (this.#head.length < 4 * maxAtAnEnd) return;
    this.#head = firstOf(this.#head);
    this.#headEndsAt = (this.#head.at(-1) as Mark).at;
  }

  /** Keeps the words with the lowest hashes. */
  #prune(): void {
    const words = [...this.#sample.keys()].sort((a, b) => a - b);
    if (words.length <= maxWords) return;
    this.#sampledBelow = words[maxWords] as number;
    for (const each of words.slice(maxWords)) {
      this.#sample.delete(each);
      this.#overflown.delete(each);
    }
  }

  /** Undefined of a chat without a message. */
  finish(): Sketch | undefined {
    if (this.#count === 0) return undefined;
    this.#prune();
    const head = firstOf(this.#head);
    const tail = lastOf(this.#tail);
    const isAll = this.#count <= maxAtAnEnd;
    const [first, last] = [head[0] as Mark, tail.at(-1) as Mark];
    return {
      firstAt: first.at,
      lastAt: last.at,
      marks: [...new Set([...head, ...tail, ...[...this.#sample.values()].flat()])],
      sampledBelow: this.#sampledBelow,
      overflown: this.#overflown,
      headUntil: isAll ? last.at : (head.at(-1) as Mark).at - 1,
      tailFrom: isAll ? first.at : (tail[0] as Mark).at + 1,
    };
  }
}

export function moved({ words, at, sender }: Mark, shiftMs: number): Mark {
  return { words, at: at + shiftMs, sender };
}

/** What every format and every language of a phone writes alike. */
function wordsOf({ kind, text }: EntryOutline): number {
  return hashOfText(text || wordlessKind(kind));
}

function firstOf(marks: Mark[]): Mark[] {
  return marks.sort(byTime).slice(0, maxAtAnEnd);
}

function lastOf(marks: Mark[]): Mark[] {
  return marks.sort(byTime).slice(-maxAtAnEnd);
}

function byTime(a: Mark, b: Mark): number {
  return a.at - b.at || a.words - b.words;
}

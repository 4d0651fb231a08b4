import type { Turn } from "../../handoffs/index.ts";
import type { Starts } from "../../transcript/index.ts";
import { appendRuns, hashOfText, minWords, NumberList, WordHashes } from "../copies/index.ts";
import type { WrittenRecord } from "../segments/index.ts";

/** Eight words are at least eight characters and what stands between them. */
const shortest = 2 * minWords - 1;

/** Finds what long texts are compared by, in memory that is used over and over. */
export class LongTexts {
  readonly #words = new WordHashes();
  readonly #texts = new NumberList(Uint32Array);
  readonly #hashes = new NumberList(Float64Array);
  readonly #runs = new NumberList(Float64Array);

  /** Those of one conversation, valid until the next; `end` is where its last turn's tokens end. */
  of(turns: Turn[], starts: Starts, end: number): Pick<WrittenRecord, "longTexts" | "hashes" | "runs"> {
    for (const list of [this.#texts, this.#hashes, this.#runs]) list.clear();
    for (let index = 0; index < turns.length; index++) {
      const turnEnd = starts.turns[index + 1] ?? end;
      this.#readTurn(turns[index] as Turn, index, starts.bubbles[index] as number[], turnEnd);
    }
    return {
      longTexts: this.#texts.values,
      hashes: this.#hashes.values,
      runs: this.#runs.values,
    };
  }

  #readTurn(
    { bubbles, isPersona, contextOnly }: Turn,
    turn: number,
    starts: number[],
    turnEnd: number,
  ): void {
    for (let index = 0; index < bubbles.length; index++) {
      const bubble = bubbles[index] as string;
      if (bubble.length < minWords || (bubble.length < shortest && isAscii(bubble))) continue;
      if (this.#words.read(bubble).count < minWords) continue;
      appendRuns(this.#words, this.#runs);
      this.#hashes.push(hashOfText(this.#words));
      this.#texts.push(turn);
      this.#texts.push(starts[index] as number);
      this.#texts.push(starts[index + 1] ?? turnEnd);
      this.#texts.push(Number(isPersona && contextOnly?.[index] !== true));
      this.#texts.push(this.#runs.length);
    }
  }
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

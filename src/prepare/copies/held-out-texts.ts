import { sketchSize } from "./fingerprint.ts";
import { HashCounts } from "./hash-counts.ts";

/** Two texts are near copies when so many of the numbers of their sketches are equal: half of their runs of words. */
const nearEnough = sketchSize / 2;
/** A text is compared with those that agree in one pair of numbers: at half of the runs in common, nine of ten are found. */
const pairsASketch = sketchSize / 2;
/** Texts remembered for one pair of numbers. */
const mostAPair = 4;

/** The long texts that are held out: what training may not contain, word for word or nearly so. */
export class HeldOutTexts {
  readonly #runs = new HashCounts(Number.POSITIVE_INFINITY);
  readonly #sketches: Uint32Array[] = [];
  /** By a pair of a sketch's numbers, and by how many texts had it already: the text's number. */
  readonly #byPair = new HashCounts(Number.POSITIVE_INFINITY);

  addRuns(runs: ArrayLike<number>): void {
    for (let at = 0; at < runs.length; at++) this.#runs.set(runs[at] as number, 1);
  }

  addSketch(sketch: Uint32Array): void {
    const text = this.#sketches.push(sketch.slice()) - 1;
    for (let pair = 0; pair < pairsASketch; pair++) {
      for (let place = 0; place < mostAPair; place++) {
        const key = pairKey(sketch, pair, place);
        if (this.#byPair.has(key)) continue;
        this.#byPair.set(key, text);
        break;
      }
    }
  }

  /** Whether one of these runs of eight words is held out. */
  hasRun(runs: ArrayLike<number>): boolean {
    for (let at = 0; at < runs.length; at++) if (this.#runs.has(runs[at] as number)) return true;
    return false;
  }

  hasNearCopy(sketch: Uint32Array): boolean {
    for (let pair = 0; pair < pairsASketch; pair++) {
      for (let place = 0; place < mostAPair; place++) {
        const text = this.#byPair.get(pairKey(sketch, pair, place));
        if (text === undefined) break;
        if (equalNumbers(sketch, this.#sketches[text] as Uint32Array) >= nearEnough) return true;
      }
    }
    return false;
  }
}

function pairKey(sketch: Uint32Array, pair: number, place: number): number {
  const one =
    Math.imul(sketch[2 * pair] as number, 0x9e3779b1) ^ Math.imul(pair * mostAPair + place + 1, 0x85ebca6b);
  const other = Math.imul((sketch[2 * pair + 1] as number) ^ one, 0xc2b2ae35);
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
}

function equalNumbers(one: Uint32Array, other: Uint32Array): number {
  let equal = 0;
  for (let at = 0; at < sketchSize; at++) if (one[at] === other[at]) equal++;
  return equal;
}

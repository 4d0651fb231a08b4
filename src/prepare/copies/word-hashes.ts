/**
 * The words of a text as hashes: lower-cased runs of letters, marks and digits; a Chinese or Japanese character is a
 * word of its own. What stands between words does not count, so that copies differ neither by case nor by punctuation.
 *
 * Two hashes a word, of 32 bits each, in arrays that are filled over and over.
 */
export class WordHashes {
  first = new Uint32Array(256);
  second = new Uint32Array(256);
  count = 0;

  /** Reads the words of a text in place of what was read before. */
  read(text: string): this {
    this.count = 0;
    let [first, second] = [seed, seed];
    let isInside = false;
    for (let at = 0; at < text.length; at++) {
      const unit = units[text.charCodeAt(at)] || unitOf(text.charCodeAt(at));
      if (isInside && (unit & wordFlag) === 0) {
        this.#add(first, second);
        isInside = false;
      }
      if (unit === separator) continue;
      if (!isInside) [first, second] = [seed, seed];
      first = Math.imul(first ^ (unit & 0xffff), 0x01000193);
      second = Math.imul(second + (unit & 0xffff), 0x9e3779b1) ^ (second >>> 13);
      isInside = (unit & wordFlag) !== 0;
      if (!isInside) this.#add(first, second);
    }
    if (isInside) this.#add(first, second);
    return this;
  }

  #add(first: number, second: number): void {
    if (this.count === this.first.length) this.#grow();
    this.first[this.count] = first;
    this.second[this.count] = second;
    this.count++;
  }

  #grow(): void {
    const { first, second } = this;
    this.first = new Uint32Array(first.length * 2);
    this.second = new Uint32Array(first.length * 2);
    this.first.set(first);
    this.second.set(second);
  }
}

const seed = 0x811c9dc5;

/** For each UTF-16 unit: its lower case, and whether it goes on with a word, ends one, or is one. 0: not asked yet. */
const units = new Uint32Array(65_536);
const separator = 1 << 16;
const wordFlag = 1 << 17;
const ideographFlag = 1 << 18;

function unitOf(unit: number): number {
  const character = String.fromCharCode(unit);
  const lower = character.toLowerCase().charCodeAt(0);
  let known = separator;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character))
    known = lower | ideographFlag;
  else if (/[\p{L}\p{M}\p{N}]/u.test(character)) known = lower | wordFlag;
  units[unit] = known;
  return known;
}

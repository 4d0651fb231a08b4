/**
 * The words of a text as hashes: lower-cased runs of letters, marks and digits; a Chinese or Japanese character is a
 * word of its own. What stands between words does not count, so that copies differ neither by case nor by punctuation.
 */
export class WordHashes {
  /** Filled over and over. */
  hashes = new Uint32Array(256);
  count = 0;

  /** Reads the words of a text in place of what was read before. */
  read(text: string): this {
    this.count = 0;
    let hash = seed;
    let isInside = false;
    for (let at = 0; at < text.length; at++) {
      const unit = units[text.charCodeAt(at)] || unitOf(text.charCodeAt(at));
      if ((unit & wordFlag) !== 0) {
        hash = Math.imul(hash ^ (unit & 0xffff), 0x01000193);
        isInside = true;
        continue;
      }
      if (isInside) {
        this.#add(hash);
        hash = seed;
        isInside = false;
      }
      if (unit !== separator) this.#add(Math.imul(seed ^ (unit & 0xffff), 0x01000193));
    }
    if (isInside) this.#add(hash);
    return this;
  }

  #add(hash: number): void {
    if (this.count === this.hashes.length) this.#grow();
    this.hashes[this.count++] = hash ^ (hash >>> 15);
  }

  #grow(): void {
    const { hashes } = this;
    this.hashes = new Uint32Array(hashes.length * 2);
    this.hashes.set(hashes);
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
  // By way of the capital letter, which several small ones share: σ and ς, i and ı.
  const lower = character.toUpperCase().toLowerCase().charCodeAt(0);
  let known = separator;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character))
    known = lower | ideographFlag;
  else if (/[\p{L}\p{M}\p{N}]/u.test(character)) known = lower | wordFlag;
  units[unit] = known;
  return known;
}

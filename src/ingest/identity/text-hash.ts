/** A number of 53 bits that equal texts share; of no use to guess a text from. */
export function hashOfText(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) + 0x27d4eb2f;
  }
  return (mix(high) & 0x1fffff) * 2 ** 32 + (mix(low ^ text.length) >>> 0);
}

/** Murmur3's last step: neighbours come to lie far from each other. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

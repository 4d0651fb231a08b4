/** A number for a thread's id that fits JSON: 52 bits of two 32-bit FNV-1a hashes, never 0. */
export function threadNumber(id: string): number {
  let low = 0x811c9dc5;
  let high = 0xc9dc5118;
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 16), 0x01000193);
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0) || 1;
}

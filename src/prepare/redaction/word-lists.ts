/** Lists of words, a line or more for each language, as the alternatives of one regular expression. */
export function anyOf(...lists: readonly (readonly string[])[]): string {
  return lists.flat().join("|");
}

/** Not inside a word or number. */
export const start = "(?<![\\p{L}\\p{M}\\p{N}])";
export const end = "(?![\\p{L}\\p{M}\\p{N}])";

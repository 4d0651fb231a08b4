/** Lists of words, a line or more for each language, as the alternatives of one regular expression. */
export function anyOf(...lists: readonly (readonly string[])[]): string {
  return lists.flat().join("|");
}

/** Not inside a word or number. */
export const start = "(?<![\\p{L}\\p{M}\\p{N}])";
export const end = "(?![\\p{L}\\p{M}\\p{N}])";

/** An expression that is built when it is first used: of so many long ones, a chat needs few, and building one takes up to a millisecond. */
export function whenNeeded(build: () => RegExp): () => RegExp {
  let built: RegExp | undefined;
  return () => {
    built ??= build();
    return built;
  };
}

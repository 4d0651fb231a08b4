/** What several ways to compare words know of letters. */

/**
 * Small letters that no normalisation takes apart, as they are typed without their strokes.
 *
 * Hashes of what is read with them lie in tombstones and guards, which another entry would blind.
 */
export const withoutStrokes: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ς: "σ",
};

/** A regular expression that finds a text as it is. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

const maxRemembered = 10_000;

/** A way to read a character or a name by itself, asked once for each of the first that it meets. */
export function remembering<Reading extends string | boolean | object>(
  read: (text: string) => Reading,
): (text: string) => Reading {
  const known = new Map<string, Reading>();
  return (text) => {
    let reading = known.get(text);
    if (reading === undefined) {
      reading = read(text);
      if (known.size < maxRemembered) known.set(text, reading);
    }
    return reading;
  };
}

/** What several ways to compare words know of letters. */

/** Small letters that no normalisation takes apart, as they are typed without their strokes. */
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

const maxRemembered = 10_000;

/** A way to read a character by itself, asked once for each of the first characters that it meets. */
export function remembering(read: (character: string) => string): (character: string) => string {
  const known = new Map<string, string>();
  return (character) => {
    let reading = known.get(character);
    if (reading === undefined) {
      reading = read(character);
      if (known.size < maxRemembered) known.set(character, reading);
    }
    return reading;
  };
}

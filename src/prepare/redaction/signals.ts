/**
 * One look at each character of a text, to know which searches are worth their time.
 *
 * Most messages hold no digit, no `@` and no dot inside a word; for them this look is nearly all that redaction costs.
 */

/** What `signalsOf` sees. The digits are counted in the lowest eight bits, and no further than 255. */
export const Signal = {
  digits: 0xff,
  at: 1 << 8,
  dot: 1 << 9,
  slash: 1 << 10,
  colon: 1 << 11,
  bracket: 1 << 12,
  /** Characters that `foldText` reads as others, or does not read at all. */
  disguise: 1 << 13,
} as const;

/** The signals of a text, or-ed together. */
export function signalsOf(text: string): number {
  let digits = 0;
  let flags = 0;
  for (let index = 0; index < text.length; index++) {
    const signal = signalOfUnit[text.charCodeAt(index)] as number;
    if (signal === 0) continue;
    flags |= signal;
    digits += signal & 1;
  }
  return (flags & ~Signal.digits) | Math.min(digits, Signal.digits);
}

const signalOfUnit = signalTable();

function signalTable(): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (const [character, signal] of [
    ["@", Signal.at],
    [".", Signal.dot],
    ["/", Signal.slash],
    [":", Signal.colon],
    ["[", Signal.bracket],
  ] as const) {
    table[character.charCodeAt(0)] = signal;
  }
  const everything = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).join("");
  mark(everything, /[^\P{Nd}0-9]|[^\P{No}\u00bc-\u00be]/gu, Signal.disguise | 1);
  mark(
    everything,
    /\p{Cf}|[\u0300-\u036f\u20d0-\u20f0\ufe00-\ufe0f]|[\uff01-\uff5e]|[^\P{Zs} ]|[^\P{Pd}-]|[\u2212\u066b]/gu,
    Signal.disguise,
  );
  mark(everything, /[\uff10-\uff19]/g, Signal.disguise | 1);
  mark("0123456789", /./g, 1);
  markDigitsOutsideThePlane(table);
  return table;

  function mark(text: string, pattern: RegExp, signal: number): void {
    for (const { 0: character } of text.matchAll(pattern)) table[character.charCodeAt(0)] = signal;
  }
}

/** A digit of two units is known by its second one, which some emoji share: they are then looked at more closely. */
function markDigitsOutsideThePlane(table: Uint16Array): void {
  for (let point = 0x10000; point < 0x20000; point++) {
    const character = String.fromCodePoint(point);
    if (/\p{Nd}/u.test(character)) table[character.charCodeAt(1)] = Signal.disguise | 1;
  }
}

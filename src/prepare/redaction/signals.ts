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
  /** A hyphen or underscore, as keys of programs have them. */
  hyphen: 1 << 11,
  /** Characters that `foldText` reads as others, or does not read at all. */
  disguise: 1 << 12,
} as const;

/** The signals of a text, or-ed together. */
export function signalsOf(text: string): number {
  let digits = 0;
  let flags = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    let signal = signalOfUnit[unit] as number;
    if (signal === 0) continue;
    if (signal === notAsked) signal = learnSignal(unit);
    flags |= signal;
    digits += signal & 1;
  }
  return (flags & ~Signal.digits) | Math.min(digits, Signal.digits);
}

const notAsked = 0xffff;
/** Asked of the regular expressions once a unit is met: of all units at once, that would take longer than a small thread. */
const signalOfUnit = new Uint16Array(0x10000).fill(notAsked);

function learnSignal(unit: number): number {
  const signal = signalOf(unit);
  signalOfUnit[unit] = signal;
  return signal;
}

const signs: Record<string, number> = {
  "@": Signal.at,
  ".": Signal.dot,
  "/": Signal.slash,
  "-": Signal.hyphen,
  _: Signal.hyphen,
};
const plainDigit = /[0-9]/;
const otherDigit = /[^\P{Nd}0-9]|[^\P{No}\u00bc-\u00be]/u;
const disguise =
  /\p{Cf}|[\u0300-\u036f\u20d0-\u20f0\ufe00-\ufe0f]|[\uff01-\uff5e]|[^\P{Zs} ]|[^\P{Pd}-]|[\u2212\u066b]/u;

function signalOf(unit: number): number {
  if (unit >= 0xdc00 && unit <= 0xdfff) return isHalfOfDigit(unit) ? Signal.disguise | 1 : 0;
  const character = String.fromCharCode(unit);
  if (plainDigit.test(character)) return 1;
  if (otherDigit.test(character)) return Signal.disguise | 1;
  if (disguise.test(character)) return Signal.disguise;
  return signs[character] ?? 0;
}

/** A digit of two units is known by its second one, which some emoji share: they are then looked at more closely. */
function isHalfOfDigit(secondUnit: number): boolean {
  const characters = Array.from({ length: 64 }, (_, plane) =>
    String.fromCharCode(0xd800 + plane, secondUnit),
  );
  return /\p{Nd}/u.test(characters.join(""));
}

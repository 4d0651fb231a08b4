import { seededRandom } from "../../inputs/index.ts";

/** Draws for invented values, the same for the same seed. */
export interface Draw {
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  digits(length: number): string;
  /** So many characters of an alphabet. */
  of(alphabet: string, length: number): string;
  /** A pattern in which `#` stands for any digit and `%` for one from 1 to 9. */
  like(pattern: string): string;
}

export type Value = (draw: Draw) => string;

/** A line whose slots (`{name}`) are filled with the values that they name. */
export function fillSlots(line: string, values: Record<string, Value>, draw: Draw): string {
  return line.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No values are called ${name}.`);
    return value(draw);
  });
}

export const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const lowercase = "abcdefghijklmnopqrstuvwxyz";

export function drawFrom(seed: number): Draw {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]) => from[below(from.length)] as T;
  const of = (alphabet: string, length: number) => Array.from({ length }, () => pick([...alphabet])).join("");
  return {
    below,
    pick,
    of,
    digits: (length) => of("0123456789", length),
    like: (pattern) => pattern.replace(/[#%]/g, (sign) => String(sign === "#" ? below(10) : 1 + below(9))),
  };
}

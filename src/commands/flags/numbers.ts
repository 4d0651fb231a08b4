import { UsageError } from "../../errors.ts";

// How flags that are numbers are read: commander hands over the words as they were typed.

export function number(text: string): number {
  return read(text, "a number", Number.isFinite);
}

export function positive(text: string): number {
  return read(text, "a number above 0", (value) => value > 0);
}

export function wholeNumber(text: string): number {
  return read(text, "a whole number above 0", (value) => Number.isInteger(value) && value > 0);
}

/** The same range as in `persona.json`. */
export function temperature(text: string): number {
  return read(text, "a number from 0 to 2", (value) => value >= 0 && value <= 2);
}

function read(text: string, what: string, isRight: (value: number) => boolean): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && isRight(value)) return value;
  throw new UsageError(`${text} is not ${what}.`, {
    fix: "persona COMMAND --help says what each flag takes.",
  });
}

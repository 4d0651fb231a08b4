import type { Choice, Chosen, Settled, Table } from "./choice.ts";

/** A value for each choice of a table: of the first that made it, else its default. */
export function withDefaults<T extends Table>(table: T, ...chosen: Partial<Nullable<T>>[]): Settled<T> {
  const entries = Object.entries(table).map(([name, choice]) => {
    const values = chosen.map((choices) => choices[name as keyof T]);
    const made = values.find((value) => value !== undefined && value !== null);
    return [name, made ?? structuredClone(choice.default) ?? null];
  });
  return Object.fromEntries(entries) as Settled<T>;
}

type Nullable<T> = { [Name in keyof T]: Chosen<T>[Name] | null };

/** True for a value that holds anyway when nobody chooses, whatever else is chosen. */
export function isDefault({ default: usual, otherwise }: Choice, value: unknown): boolean {
  return otherwise === undefined && value === usual;
}

/** What holds when nobody chose, as help says it; undefined where there is nothing to say. */
export function describeDefault({ default: value, otherwise, unit }: Choice): string | undefined {
  const words = describeValue(value);
  const parts = [words && unit ? `${words} ${unit}` : words, otherwise].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(", ") : undefined;
}

function describeValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (!Array.isArray(value)) return String(value);
  return value.length > 0 ? value.join(", ") : undefined;
}

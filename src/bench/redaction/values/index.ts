import { accounts } from "./accounts.ts";
import type { Value } from "./draw.ts";
import { papers } from "./papers.ts";
import { places } from "./places.ts";
import { secrets } from "./secrets.ts";
import { telephones } from "./telephones.ts";

export { type Draw, drawFrom, fillSlots, type Value } from "./draw.ts";

/** The invented values that spellings of a kind may name: `{de}` is a street in an address, and else a telephone number. */
export function valuesFor(kind: string): Record<string, Value> {
  return { ...papers, ...accounts, ...secrets, ...(kind === "address" ? places : telephones) };
}

import { accounts } from "./accounts.ts";
import { type Draw, drawFrom, type Value } from "./draw.ts";
import { papers } from "./papers.ts";
import { places } from "./places.ts";
import { secrets } from "./secrets.ts";
import { telephones } from "./telephones.ts";

export { type Draw, drawFrom };

const values: Record<string, Value> = { ...papers, ...accounts, ...secrets };

/** The invented value that a spelling names in braces: `{de}` is a street in an address, and else a telephone number. */
export function valueFor(kind: string, name: string): Value {
  const value = { ...values, ...(kind === "address" ? places : telephones) }[name];
  if (value === undefined) throw new Error(`No values are called ${name}.`);
  return value;
}

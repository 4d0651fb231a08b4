import { formatOf } from "./all-formats.ts";
import type { FoundPart } from "./formats/index.ts";
import { groupBy } from "./group-by.ts";

/** What the files of each format show only together, by the format's name. */
export async function learnFrom(parts: FoundPart[], owners: string[]): Promise<Record<string, unknown>> {
  const learned: Record<string, unknown> = {};
  for (const [format, own] of groupBy(parts, ({ format }) => format))
    learned[format] = await formatOf(format).learn?.(own, owners);
  return learned;
}

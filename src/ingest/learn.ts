import { formatOf } from "./all-formats.ts";
import type { FoundPart, Learned } from "./formats/index.ts";
import { groupBy } from "./group-by.ts";

/** What the files of each format show only together, by the format's name. */
export async function learnFrom(
  parts: FoundPart[],
  owners: string[],
): Promise<Record<string, Learned | undefined>> {
  const learned: Record<string, Learned | undefined> = {};
  for (const [format, own] of groupBy(parts, ({ format }) => format))
    learned[format] = await formatOf(format).learn?.(own, owners);
  return learned;
}

/** Formats of files in whose language the network's own sentences are not known. */
export function unknownWording(learned: Record<string, Learned | undefined>): string[] {
  return Object.keys(learned).filter((format) => learned[format]?.isWordingKnown === false);
}

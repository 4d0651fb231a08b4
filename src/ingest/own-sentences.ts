import { type FoundPart, learnOwnSentences, type OwnSentences } from "./formats/index.ts";
import { groupBy } from "./group-by.ts";
import { spread } from "./spread.ts";

/** Enough to know what a network writes in most chats. */
const mostThreads = 200;

/** What the networks write themselves in these exports, by network, where that is not in a language that is known. */
export async function findOwnSentences(
  parts: FoundPart[],
  owners: string[],
): Promise<Record<string, OwnSentences | undefined>> {
  const found: Record<string, OwnSentences | undefined> = {};
  for (const [network, own] of groupBy(parts.filter(isOfThreadFolder), ({ network }) => network)) {
    // The highest order is the newest part's.
    const newest = [...groupBy(own, ({ thread }) => thread).values()].map(
      (parts) => parts.toSorted((a, b) => b.order - a.order)[0] as FoundPart,
    );
    const samples = spread(newest, mostThreads).map(({ entry, thread, exportIndex }) => ({
      entry,
      thread,
      owner: owners[exportIndex] ?? "",
    }));
    found[network] = await learnOwnSentences(samples);
  }
  return found;
}

function isOfThreadFolder({ format, network }: FoundPart): boolean {
  return format === network && network !== "whatsapp";
}

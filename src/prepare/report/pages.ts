import path from "node:path";
import type { ShardManifest } from "../../handoffs/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import { writeFileAtomically } from "../../workspace.ts";
import { createFacts, mergeFacts } from "../facts/index.ts";
import { readFacts, type SegmentName } from "../segments/index.ts";
import type { Settings } from "../settings.ts";
import { summariseStyle } from "./style.ts";

/** What the pages need of the shards. */
interface ShardsMade {
  manifest: ShardManifest;
  directory: string;
}

/** `style.json` for serving and the owner's `report.html`, but for what depends on the shards. */
interface PagesDraft {
  /** Writes both beside the shards. */
  finish(made: ShardsMade, tokenizer: Tokenizer): Promise<void>;
}

/** @param segments In the store's order. */
export async function draftPages(
  segments: SegmentName[],
  { persona, timeZone, showNames }: Pick<Settings, "persona" | "timeZone" | "showNames">,
): Promise<PagesDraft> {
  const facts = createFacts({ persona, timeZone });
  for (const segment of segments) mergeFacts(facts, readFacts(segment));
  // Charts take longer to load than all the rest, and most threads need none.
  const { draftReport } = await import("./report.ts");
  const finishReport = draftReport({ facts, showNames });
  return {
    async finish({ manifest, directory }, tokenizer) {
      const write = (name: string, text: string) => writeFileAtomically(path.join(directory, name), text);
      await write("style.json", `${JSON.stringify(summariseStyle(facts))}\n`);
      const redactionCounts = manifest.redactions ?? {};
      await write("report.html", await finishReport({ manifest, directory, tokenizer, redactionCounts }));
    },
  };
}

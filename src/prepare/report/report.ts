import type { ShardManifest } from "../../handoffs/index.ts";
import { page } from "../../page/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import type { Facts } from "../facts/index.ts";
import { habitsSection } from "./habits.ts";
import { leftOutSection } from "./left-out.ts";
import { overTimeSection } from "./over-time.ts";
import { header } from "./overview.ts";
import { peopleSection } from "./people.ts";
import { rhythmSection } from "./rhythm.ts";
import { samplesSection } from "./samples.ts";
import { summariseStyle } from "./style.ts";
import { tokensSection } from "./tokens.ts";
import { wordsSection } from "./words.ts";

export interface ReportInput {
  manifest: ShardManifest;
  facts: Facts;
  /** Where the shards lie: `train.*` and `val.*`. */
  directory: string;
  /** The shards' own. */
  tokenizer: Tokenizer;
  /** Found and replaced, by kind. */
  redactionCounts: Record<string, number>;
  /** Whether people's names are shown, in charts and as labels in the samples: for the owner alone. */
  showNames: boolean;
}

/**
 * The page that shows the owner what the model will learn from: one HTML text that loads nothing.
 *
 * It holds no words but ten samples of the shards and words that are habits. The same input gives the same text.
 */
export function writeReport({ facts, showNames, ...ofShards }: ReportInput): Promise<string> {
  return draftReport({ facts, showNames })(ofShards);
}

/** Writes what does not depend on the shards, while they are being made. */
export function draftReport({
  facts,
  showNames,
}: Pick<ReportInput, "facts" | "showNames">): (
  ofShards: Omit<ReportInput, "facts" | "showNames">,
) => Promise<string> {
  const style = summariseStyle(facts);
  const time = { id: "time", name: "Over time", content: overTimeSection(facts) };
  const people = { id: "people", name: "People", content: peopleSection(facts, showNames) };
  const rhythm = { id: "rhythm", name: "Rhythm", content: rhythmSection(facts, style) };
  const habits = { id: "habits", name: "Habits", content: habitsSection(style) };
  return async ({ manifest, directory, tokenizer, redactionCounts }) => {
    const persona = showNames ? manifest.persona : undefined;
    const shards = { manifest, directory, tokenizer, showNames };
    return page({
      title: persona === undefined ? "What the persona learns from" : `What ${persona}’s persona learns from`,
      header: header({ manifest, facts, persona }),
      sections: [
        time,
        people,
        rhythm,
        { id: "words", name: "Words", content: wordsSection(facts, manifest.speakers) },
        habits,
        { id: "left-out", name: "Left out", content: leftOutSection(manifest, redactionCounts) },
        { id: "tokens", name: "Tokens", content: await tokensSection(shards) },
        { id: "samples", name: "Samples", content: await samplesSection(shards) },
      ],
    });
  };
}

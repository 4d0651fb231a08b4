import type { MessageStore, ShardManifest } from "../../handoffs/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import { canonicalLabel, createTranscript } from "../../transcript/index.ts";
import { type Segment, tokenArrayOf } from "../segments/index.ts";
import { recordedSettings, type Settings } from "../settings.ts";
import type { Assembled } from "./assemble.ts";

interface Parts {
  store: MessageStore;
  segments: Segment[];
  assembled: Assembled;
  tokenizer: Tokenizer;
}

/** What a data set is and was made of. */
export function manifestOf(
  id: string,
  { store, segments, assembled: { splits, excluded }, tokenizer }: Parts,
  settings: Settings,
): ShardManifest {
  const { rendering, persona, tokenizerName, trainTokenizer } = settings;
  const summaries = segments.map(({ summary }) => summary);
  const speakers = sumOf(summaries.map((summary) => summary.speakers));
  return {
    format: 1,
    id,
    createdAt: new Date().toISOString(),
    persona: canonicalLabel(persona),
    speakers: [...speakers].sort((a, b) => b[1] - a[1]).map(([label]) => label),
    rendering,
    tokenizer: {
      name: trainTokenizer === null ? tokenizerName : "own",
      sha256: tokenizer.sha256,
      vocabularySize: tokenizer.vocabularySize,
      ...(trainTokenizer !== null && { trainedFor: trainTokenizer }),
    },
    dtype: tokenArrayOf(tokenizer) === Uint16Array ? "uint16" : "uint32",
    endOfConversation: createTranscript({ tokenizer, rendering, persona }).endOfConversation,
    splits,
    threads: store.threads.flatMap(({ id }, index) =>
      (segments[index] as Segment).summary.recordsEnd > 0 ? [id] : [],
    ),
    excluded: sumOfExcluded([...summaries.map((summary) => summary.excluded), excluded]),
    redactions: Object.fromEntries(sumOf(summaries.map((summary) => summary.redactions))),
    settings: recordedSettings(settings),
  };
}

function sumOf(parts: Record<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts)
    for (const [key, count] of Object.entries(part)) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

function sumOfExcluded(parts: ShardManifest["excluded"][]): ShardManifest["excluded"] {
  const sums: ShardManifest["excluded"] = {};
  for (const [reason, { conversations, personaBubbles }] of parts.flatMap((part) => Object.entries(part))) {
    const sum = sums[reason] ?? { conversations: 0, personaBubbles: 0 };
    sum.conversations += conversations;
    sum.personaBubbles += personaBubbles;
    sums[reason] = sum;
  }
  return sums;
}

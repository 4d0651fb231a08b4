import type { Distribution, Style } from "../../handoffs/index.ts";
import {
  type AnsweredTurns,
  bubbleEdges,
  type Counts,
  characterEdges,
  durationEdges,
  emojiEdges,
  endings,
  type Facts,
  quantile,
  silenceEdges,
  total,
  typingEdges,
} from "../facts/index.ts";

const maxEmoji = 40;

/** What serving needs to behave like the persona: distributions and shares, without a word that anybody wrote. */
export function summariseStyle({ persona, timeZone, counts }: Facts): Style {
  const messages = counts.persona.messages;
  return {
    format: 1,
    persona,
    timeZone,
    conversations: counts.conversations,
    messages,
    turns: counts.persona.turns,
    edges: {
      delaySeconds: durationEdges,
      characters: characterEdges,
      bubbles: bubbleEdges,
      emoji: emojiEdges,
    },
    replyDelaySeconds: replyDelays(counts),
    bubblesATurn: wholeNumbers(counts.persona.bubbles, bubbleEdges),
    bubbleDelaySeconds: typingEdges.map((fromCharacters, index) => ({
      fromCharacters,
      toCharacters: typingEdges[index + 1] ?? null,
      delay: durations(counts.bubbleDelayByCharacters[index]),
    })),
    friendPauseSeconds: typingEdges.map((fromCharacters, index) => ({
      fromCharacters,
      toCharacters: typingEdges[index + 1] ?? null,
      ...(counts.friendPauses[index] ?? { again: [], ended: [] }),
    })),
    charactersAMessage: wholeNumbers(counts.persona.characters, characterEdges),
    endings: endingShares(counts),
    lowerCaseStartShare: share(counts.lowerCaseStarts, counts.lowerCaseStarts + counts.upperCaseStarts),
    emoji: {
      aMessage: wholeNumbers(counts.emojiAMessage, emojiEdges),
      messageShare: share(total(counts.emojiAMessage.slice(1)), total(counts.emojiAMessage)) ?? 0,
      top: mostFrequent(counts.emoji),
    },
    reactions: {
      messageShare: share(counts.reactedEntries, counts.reactableEntries),
      top: mostFrequent(counts.reactions),
    },
    inGroups: silence(counts.inGroups),
    inPairs: silence(counts.inPairs),
  };
}

function replyDelays({ persona, replyDelayByHour, replyDelayBySilence }: Counts): Style["replyDelaySeconds"] {
  return {
    overall: durations(persona.replyDelay),
    byHour: replyDelayByHour.map(durations),
    bySilence: silenceEdges.map((fromSeconds, index) => ({
      fromSeconds,
      toSeconds: silenceEdges[index + 1] ?? null,
      delay: durations(replyDelayBySilence[index]),
    })),
  };
}

function durations(counts: number[] = []): Distribution {
  return distribution(counts, (share) => quantile(counts, durationEdges, share));
}

function wholeNumbers(counts: number[], edges: number[]): Distribution {
  return distribution(counts, (share) => quantile(counts, edges, share, { isWhole: true }));
}

function distribution(counts: number[], quantileOf: (share: number) => number | null): Distribution {
  const count = total(counts);
  const at = (share: number) => round(quantileOf(share) ?? 0);
  const quantiles =
    count === 0 ? null : { p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9) };
  return { count, quantiles, counts };
}

function endingShares({ endings: counted }: Counts): Style["endings"] {
  const all = total(Object.values(counted));
  const shares = endings.map((ending) => [ending, share(counted[ending], all) ?? 0]);
  return Object.fromEntries(shares) as Style["endings"];
}

function mostFrequent(counts: Record<string, number>): { emoji: string; count: number }[] {
  return Object.entries(counts)
    .map(([emoji, count]) => ({ emoji, count }))
    .sort((a, b) => b.count - a.count || (a.emoji < b.emoji ? -1 : 1))
    .slice(0, maxEmoji);
}

function silence({ turns, answered, reacted }: AnsweredTurns): Style["inGroups"] {
  const unanswered = turns - answered;
  return { turnsOfOthers: turns, unanswered, share: share(unanswered, turns), reacted };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : round(part / whole);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

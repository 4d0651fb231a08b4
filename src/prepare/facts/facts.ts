import { characterEdges, durationEdges, emptyCounts, typingEdges } from "./histogram.ts";
import { checkTimeZone } from "./local-time.ts";
import type { WordCounts } from "./words.ts";

/** Raised when what is counted changes: facts of another version cannot be merged. */
export const factsVersion = 4;

/**
 * What is counted while messages stream through prepare: plain JSON, made for each thread and merged.
 *
 * One thread's facts stay below some 400 kB whatever its length. Merged, only `threads` and `words` still grow, with the
 * number of threads and with the vocabulary.
 */
export interface Facts {
  version: typeof factsVersion;
  /** The persona's name in the store. */
  persona: string;
  /** IANA name of the zone in which hours and days are counted. */
  timeZone: string;
  /** Everything that merges by addition. */
  counts: Counts;
  /** By a hash of the thread's id. */
  threads: Record<string, ThreadFacts>;
  /** By word, lower-cased: a sample in long threads. */
  words: WordCounts;
}

/** A histogram's counts; its edges are in `histogram.ts`. */
type Histogram = number[];

export interface Counts {
  conversations: number;
  persona: VoiceCounts;
  others: VoiceCounts;
  /** By days since 1970-01-01 in the zone: `[persona's messages, others' messages]`. */
  days: Record<string, [number, number]>;
  /** The persona's messages by hour of the week, Monday 0:00 first: 168 numbers. */
  weekHours: number[];
  /** Seconds from the end of somebody's turn to the persona's, by the local hour in which that turn ended. */
  replyDelayByHour: Histogram[];
  /** The same by how long the thread had been silent before that turn; classes in `silenceEdges`. */
  replyDelayBySilence: Histogram[];
  /** What followed a friend's entry, by its length; classes in `typingEdges`. */
  friendPauses: Pauses[];
  /** Seconds between two of the persona's bubbles, by the second one's length; classes in `typingEdges`. */
  bubbleDelayByCharacters: Histogram[];
  endings: Record<Ending, number>;
  /** The case of the first letter, in messages that begin with a letter that has one. */
  lowerCaseStarts: number;
  upperCaseStarts: number;
  /** The persona's messages by how many emoji they hold. */
  emojiAMessage: Histogram;
  emoji: Record<string, number>;
  /** Reactions that the persona gave to others' messages. */
  reactions: Record<string, number>;
  /** Entries of others to which the persona reacted, of all that it could have reacted to. */
  reactedEntries: number;
  reactableEntries: number;
  /** Turns of others, and those that the persona's turn follows. */
  inGroups: AnsweredTurns;
  inPairs: AnsweredTurns;
}

/** How somebody writes: the persona on one side, everyone else on the other. */
interface VoiceCounts {
  /** Messages of text; every histogram but the delays counts these alone. */
  messages: number;
  turns: number;
  /** Words counted in `Facts.words`, dropped ones included. */
  words: number;
  characters: Histogram;
  bubbles: Histogram;
  /** Seconds from the end of another's turn to the start of one's own. */
  replyDelay: Histogram;
}

export const endings = ["none", "period", "exclamation", "question", "ellipsis", "emoji", "other"] as const;
/** What a message ends with; `none` is a letter or a digit. */
export type Ending = (typeof endings)[number];

export interface AnsweredTurns {
  turns: number;
  answered: number;
  /** Of those not answered, those that got a reaction instead. */
  reacted: number;
}

/** Seconds after an entry until its sender went on, or until somebody else took the turn; the last bin if nobody did. */
interface Pauses {
  again: Histogram;
  ended: Histogram;
}

export interface ThreadFacts {
  title: string;
  isGroup: boolean;
  section: string;
  conversations: number;
  personaMessages: number;
  othersMessages: number;
  /** Words counted in it; see `Facts.words`. */
  words: number;
  firstAt: number | null;
  lastAt: number | null;
}

/** Silences before a turn in seconds, as in "he answers slowly when nothing was said for a day". */
export const silenceEdges = [0, 60, 600, 3_600, 21_600, 86_400, 604_800];
/** Bubbles a turn: each number up to 20, and more. */
export const bubbleEdges = Array.from({ length: 21 }, (_, index) => index + 1);
/** Hours of the week, from Monday 0:00. */
const hourEdges = Array.from({ length: 7 * 24 }, (_, index) => index);
/** Emoji a message: each number up to 9, and more. */
export const emojiEdges = Array.from({ length: 11 }, (_, index) => index);

/** Facts of nothing yet. `timeZone` is an IANA name. */
export function createFacts({ persona, timeZone }: Pick<Facts, "persona" | "timeZone">): Facts {
  checkTimeZone(timeZone);
  return {
    version: factsVersion,
    persona,
    timeZone,
    counts: {
      conversations: 0,
      persona: emptyVoice(),
      others: emptyVoice(),
      days: {},
      weekHours: emptyCounts(hourEdges),
      replyDelayByHour: Array.from({ length: 24 }, () => emptyCounts(durationEdges)),
      replyDelayBySilence: silenceEdges.map(() => emptyCounts(durationEdges)),
      friendPauses: typingEdges.map(() => ({
        again: emptyCounts(durationEdges),
        ended: emptyCounts(durationEdges),
      })),
      bubbleDelayByCharacters: typingEdges.map(() => emptyCounts(durationEdges)),
      endings: { none: 0, period: 0, exclamation: 0, question: 0, ellipsis: 0, emoji: 0, other: 0 },
      lowerCaseStarts: 0,
      upperCaseStarts: 0,
      emojiAMessage: emptyCounts(emojiEdges),
      emoji: {},
      reactions: {},
      reactedEntries: 0,
      reactableEntries: 0,
      inGroups: { turns: 0, answered: 0, reacted: 0 },
      inPairs: { turns: 0, answered: 0, reacted: 0 },
    },
    threads: {},
    words: {},
  };
}

function emptyVoice(): VoiceCounts {
  return {
    messages: 0,
    turns: 0,
    words: 0,
    characters: emptyCounts(characterEdges),
    bubbles: emptyCounts(bubbleEdges),
    replyDelay: emptyCounts(durationEdges),
  };
}

import type { SpeakingFit, Style, Turn } from "../../../handoffs/index.ts";
import { isGroup, turnsSincePersona } from "./moments.ts";

/** What the persona makes of what it heard. */
type SpeakingDecision =
  | { type: "speak" }
  /** `why` is for the log: it holds no words of anybody. */
  | { type: "silent"; why: string }
  | { type: "react"; emoji: string };

/** When a persona speaks: as the person did, or more or less readily. */
export interface Silence {
  /** What decides in groups, for people. */
  readonly about: string;
  decide(occasion: Occasion): Promise<SpeakingDecision>;
}

interface Occasion {
  turns: Turn[];
  /** True where the persona was mentioned or replied to. Whoever is alone with it always speaks to it. */
  isAddressed: boolean;
  /** How readily it speaks there; as everywhere unless it is said. */
  talkativeness?: number | undefined;
  /** Probability that the persona speaks next; undefined where the engine cannot tell. Asked only where it matters. */
  chanceOfSpeaking(): Promise<number | undefined>;
}

interface SilenceOptions {
  /** 0: only when addressed; 1: as the person did; 2: always. */
  talkativeness: number;
  style: Style | undefined;
  fit: SpeakingFit | undefined;
  /** Draws numbers from 0 to 1. */
  random?: () => number;
}

const always = 2;
/** Where neither held-out turns nor counts say how readily the person spoke. */
const usual = { threshold: 0.5, recentTurns: 4 };

/** Decides as was learnt of the person; `style` and `fit` are undefined where nothing was. */
export function silenceOf({
  talkativeness: usualTalkativeness,
  style,
  fit,
  random = Math.random,
}: SilenceOptions): Silence {
  const learnt = fit?.threshold ?? answeredInGroups(style) ?? usual.threshold;
  const recentTurns = fit?.recentTurns ?? usual.recentTurns;
  const perhapsReact = (
    share: number,
    talkativeness: number,
    otherwise: SpeakingDecision,
  ): SpeakingDecision => {
    const isDrawn = random() < share * Math.min(1, always - talkativeness);
    const emoji = isDrawn ? drawEmoji(style, random()) : undefined;
    return emoji === undefined ? otherwise : { type: "react", emoji };
  };

  return {
    about: aboutSpeaking(usualTalkativeness, thresholdAt(usualTalkativeness, learnt), fit),
    async decide({ turns, isAddressed, talkativeness = usualTalkativeness, chanceOfSpeaking }) {
      const speak = { type: "speak" } as const;
      if (talkativeness >= always) return speak;
      if (!isGroup(turns)) return perhapsReact(reactedInPairs(style), talkativeness, speak);
      if (isAddressed) return speak;
      if (talkativeness === 0) return { type: "silent", why: "it was not addressed" };
      const chance = await chanceOfSpeaking();
      const threshold = thresholdAt(talkativeness, learnt);
      const isInTheMood =
        chance === undefined ? turnsSincePersona(turns) <= recentTurns : chance >= threshold;
      if (isInTheMood) return speak;
      const silent = { type: "silent", why: whySilent(chance, threshold) } as const;
      return perhapsReact(reactedInGroups(style), talkativeness, silent);
    },
  };
}

/** From what was learnt at 1 to nothing that is improbable enough at 0, and to everything at 2. */
function thresholdAt(talkativeness: number, learnt: number): number {
  return talkativeness <= 1 ? learnt ** talkativeness : learnt * (always - talkativeness);
}

/**
 * Share of turns that the person answered: where probabilities are right, the threshold at which most is told right.
 * Undefined where they answered all or none: every probability would be too low then, or high enough.
 */
function answeredInGroups(style: Style | undefined): number | undefined {
  const answered = 1 - (style?.inGroups.share ?? 1);
  return answered > 0 && answered < 1 ? answered : undefined;
}

/** Share of turns to which the person reacted and said nothing. */
function reactedInPairs(style: Style | undefined): number {
  const { reacted = 0, turnsOfOthers = 0 } = style?.inPairs ?? {};
  return reacted / Math.max(1, turnsOfOthers);
}

/** The same, of the turns on which the person was silent. */
function reactedInGroups(style: Style | undefined): number {
  const { reacted = 0, unanswered = 0 } = style?.inGroups ?? {};
  return reacted / Math.max(1, unanswered);
}

/** One of the emoji that the person reacted with, as often as they did; undefined where there is none. */
function drawEmoji(style: Style | undefined, drawn: number): string | undefined {
  const known = (style?.reactions.top ?? []).filter(({ emoji }) => emoji !== notEmoji);
  const wanted = drawn * known.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { emoji, count } of known) {
    below += count;
    if (wanted < below) return emoji;
  }
  return undefined;
}

/** Under this name, a data set counts what exports give as a reaction and is none. */
const notEmoji = "other";

function whySilent(chance: number | undefined, threshold: number): string {
  return chance === undefined
    ? "it has not spoken lately"
    : `its turn has a probability of ${chance.toFixed(3)}, and it speaks from ${threshold.toFixed(3)} on`;
}

function aboutSpeaking(talkativeness: number, threshold: number, fit: SpeakingFit | undefined): string {
  if (talkativeness >= always) return "In groups it always speaks.";
  if (talkativeness === 0) return "In groups it speaks only when addressed.";
  const from = `In groups it speaks when addressed, or where the model gives its turn a probability of ${threshold.toFixed(3)} or more`;
  if (fit === undefined) return `${from}: no held-out turns of groups say better.`;
  const { turns, balancedAccuracy } = fit;
  const [model, recency] = [balancedAccuracy.model, balancedAccuracy.recency].map(
    (share) => `${(100 * share).toFixed(0)} %`,
  );
  return `${from}. On ${turns} held-out turns, that is right in ${model}; to speak where it spoke recently, in ${recency}.`;
}

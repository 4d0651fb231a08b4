import type { SpeakingFit, Style } from "../../src/handoffs/index.ts";
import { type Manners, silenceOf, timingOf } from "../../src/serve/index.ts";

interface Learnt {
  patience?: number;
  talkativeness?: number;
  style?: Style;
  fit?: SpeakingFit;
}

/** Manners of somebody who answers everything at once, unless said otherwise. */
export function mannersWith({ patience = 0, talkativeness = 2, style, fit }: Learnt): () => Manners {
  const manners = {
    timing: timingOf(style, { patience }),
    silence: silenceOf({ talkativeness, style, fit, random: () => 0 }),
  };
  return () => manners;
}

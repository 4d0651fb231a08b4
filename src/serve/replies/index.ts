export type { CandidateEvent } from "./candidates.ts";
export { endsInCode, fence } from "./code.ts";
export { type CandidateEventOf, type Draws, drawEach, sayOne } from "./drawing.ts";
export { filterFor } from "./filters.ts";
export { hasLink, withoutLinks } from "./links.ts";
export { type Manners, mannersOf } from "./manners.ts";
export type { ReplyOutcome } from "./outcome.ts";
export { describeFailures, describeSpeed, ReplyFigures, unusualIn } from "./reply-figures.ts";
export { forgetResting } from "./resting.ts";
export { type DrawSettings, type ReplySettings, replySettings } from "./settings.ts";
export { chanceOfSpeaking, learnToSpeak, type Silence, silenceOf } from "./silence/index.ts";
export {
  type Clock,
  Exchange,
  monotonicClock,
  type Pace,
  readAhead,
  type Timing,
  timingOf,
} from "./timing/index.ts";

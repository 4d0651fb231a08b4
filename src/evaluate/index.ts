export { calibrateRun } from "./calibrate.ts";
export {
  type ComparedRun,
  type Comparison,
  compareEvaluations,
  comparisonPage,
  configLineOf,
  type Ranked,
  rankRuns,
  unevaluated,
  variedChoices,
  whyIncomparable,
  whyUnranked,
} from "./comparisons/index.ts";
export { type Embedder, isEmbedderMade, openEmbedder } from "./embedder.ts";
export { type CountPrivate, type EvaluateOptions, evaluateRun, reportFile } from "./evaluate.ts";
export { formatFigure, formatMeasure, measuresOf } from "./measures.ts";
export { answerPrompts, builtInPrompts, type Contestant, readPrompts } from "./prompts/index.ts";
export { judgeRefinement } from "./refinement.ts";
export { readWorst } from "./replies.ts";
export type { Respondent, ServedReply } from "./served-replies.ts";
export { asInterval } from "./statistics.ts";
export { findUnfinished } from "./unfinished.ts";
export {
  type Ballot,
  type Corrected,
  drawBallots,
  duelsOf,
  eloOf,
  keepVote,
  readCorrections,
  readVotes,
  removeCorrections,
  type Vote,
  type Voted,
} from "./votes/index.ts";

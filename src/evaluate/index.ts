export { calibrateRun } from "./calibrate.ts";
export { type Comparison, compareEvaluations } from "./comparison.ts";
export { type CountPrivate, evaluateRun, reportFile } from "./evaluate.ts";
export { formatFigure, formatMeasure, measuresOf } from "./measures.ts";
export { answerPrompts, builtInPrompts, type Contestant, readPrompts } from "./prompts/index.ts";
export {
  type Ballot,
  drawBallots,
  duelsOf,
  eloOf,
  keepVote,
  readVotes,
  type Vote,
  type Voted,
} from "./votes/index.ts";

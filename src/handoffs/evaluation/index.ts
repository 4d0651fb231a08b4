/** What is measured of a finished run, and how its replies are drawn. */
export { Calibration, calibrationFile, readCalibration } from "./calibration.ts";
export {
  Evaluation,
  type EvaluationParts,
  evaluationDirectory,
  evaluationFile,
  type Fitting,
  isMeasured,
  type Leaks,
  type Measured,
  readEvaluation,
  readEvaluationParts,
} from "./evaluation.ts";
export { readSpeakingFit, SpeakingFit, speakingFile } from "./speaking.ts";

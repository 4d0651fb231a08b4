/**
 * The shared vocabulary: a file for each arrow between two rooms, and the only readers of what lies on disk between them.
 *
 * `export ─ ingest ─▶ Message ─ prepare ─▶ ShardManifest ─ train ─▶ RunRecord ─ serve ─▶ replies`
 *
 * What is read back from disk has a zod schema; what only lives in memory has a plain type.
 */

// train ▶ evaluate ▶ serve
export {
  Calibration,
  calibrationFile,
  Evaluation,
  type EvaluationParts,
  evaluationDirectory,
  evaluationFile,
  type Fitting,
  isMeasured,
  type Leaks,
  type Measured,
  readCalibration,
  readEvaluation,
  readEvaluationParts,
  readSpeakingFit,
  SpeakingFit,
  speakingFile,
} from "./evaluation/index.ts";
export { FolderName } from "./folder-name.ts";
// prepare ▶ train
export { MaskCode } from "./mask-code.ts";
// ingest ▶ prepare
export {
  type Attachment,
  type Message,
  MessageKind,
  type MessageStore,
  type Reaction,
  ThreadSummary,
  type Turn,
} from "./messages.ts";
// train ▶ serve
export { EventOrder, lineReader, parseLine, readEvents } from "./read-events.ts";
export { cannotBeRead, isMissing, readJsonFile } from "./read-json-file.ts";
export { readDataSetOf, readManifest } from "./read-manifest.ts";
export {
  eventsFile,
  findRun,
  ggufFile,
  hasEnded,
  listRuns,
  modelDirectory,
  readRun,
  readRunManifest,
  recordFile,
  runDirectory,
  runsNamed,
} from "./read-runs.ts";
export {
  countMaskCodes,
  readConversations,
  readIndices,
  readRanges,
  type TokenRange,
} from "./read-shards.ts";
export { Interval, RunRecord, RunState } from "./runs.ts";
export {
  problemOfModel,
  readServingChoice,
  runThatWasChosen,
  runToServe,
  type ServingChoice,
  servedRun,
} from "./served-run.ts";
export { Rendering, ShardManifest, ShardSplit } from "./shards.ts";
// prepare ▶ serve, bench
export { type Distribution, type Gap, type MeasuredGap, readStyleOf, Style } from "./style.ts";
export { TrainerEvent } from "./trainer-events.ts";

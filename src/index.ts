// The doors, in the order of the pipeline.

export { UserError } from "./errors.ts";
export { type Guard, openGuard } from "./guard/index.ts";
// What passes between them.
export * from "./handoffs/index.ts";
export { type ImportOptions, importExports, openMessages } from "./ingest/index.ts";
export { type PreparedShards, type PrepareOptions, prepareShards, readManifest } from "./prepare/index.ts";
export { ensurePython } from "./python.ts";
export {
  type Bot,
  type BotOptions,
  type Manners,
  Memory,
  mannersOf,
  openPersona,
  type Persona,
  personaOfRun,
  startBot,
} from "./serve/index.ts";
export { loadTokenizer, type Tokenizer } from "./tokenizer/index.ts";
export {
  cancelRun,
  deleteRun,
  followRun,
  listRuns,
  markRunsStale,
  openQueueServer,
  pauseRun,
  type QueueServer,
  type RunRequest,
  requestRun,
  resolveBase,
  resumeRun,
  startWorker,
  type WorkerOptions,
} from "./train/index.ts";
export { createTranscript, type ReplyEvent, type Transcript } from "./transcript/index.ts";
export { openWorkspace, type Workspace } from "./workspace.ts";

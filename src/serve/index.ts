export {
  type Application,
  type Bot,
  type BotOptions,
  channelMatcher,
  type DiscordSettings,
  inviteLinks,
  missingToken,
  modeAmong,
  People,
  type Place,
  permissionsAsked,
  readApplication,
  StateFile,
  startBot,
  type VoiceOffer,
  type VoiceSource,
} from "./discord/index.ts";
export { describeEngine, hasGpu, openLlamaEngine, serverKeyVariable } from "./engines/index.ts";
export { type HttpServer, refuseOpenDoor, requireFreePort, startServer } from "./http/index.ts";
export { type RunFigures, serveMcp, type Talking } from "./mcp/index.ts";
export {
  clearNote,
  describeNote,
  forgetInConversations,
  keepMemories,
  Memories,
  Memory,
  noteIn,
  type OpenMask,
  readNote,
  type StateNote,
  writeNote,
} from "./memory/index.ts";
export {
  findModel,
  instructionSettings,
  nameOfModel,
  openInstructionModel,
  restingModel,
} from "./models/index.ts";
export { openPersona } from "./open-persona.ts";
export { type Persona, type PersonaEvent, type PersonaEventOf, personaOf } from "./persona.ts";
export { type PersonaFiles, personaOfRun } from "./persona-files.ts";
export {
  type Clock,
  Exchange,
  learnToSpeak,
  type Manners,
  mannersOf,
  type Pace,
  ReplyFigures,
  type ReplyOutcome,
  type ReplySettings,
  replySettings,
  type Silence,
  silenceOf,
  type Timing,
  timingOf,
  unusualIn,
} from "./replies/index.ts";
export { restingPersona } from "./resting-persona.ts";
export { followChoice, SwitchingPersona } from "./switching/index.ts";

export type { Choice, Chosen, Settled, Table } from "./choice.ts";
export { findContradiction } from "./contradictions.ts";
export { isDefault, withDefaults } from "./defaults.ts";
export { discordChoices } from "./discord.ts";
export { discordWords } from "./discord-words.ts";
export {
  askChoices,
  calibrateChoices,
  evaluateChoices,
  promptChoices,
  usualServer,
  worstChoices,
} from "./evaluate.ts";
export { addFlags, emptyValue, flagOf, readChoice, typedOf, wordsOf } from "./flags.ts";
export { httpChoices } from "./http.ts";
export { importChoices } from "./import.ts";
export { dataSetChoices, leavesDays, prepareChoices, prepareRequest } from "./prepare.ts";
export { replyChoices, servedRun } from "./reply.ts";
export { exampleSection, sectionOf } from "./section.ts";
export { trainChoices, trainGroups, trainRequest } from "./train.ts";
export { filled, isBlank } from "./values/index.ts";
export { workerChoices } from "./worker.ts";

export type { Choice, Chosen, Table } from "./choice.ts";
export { findContradiction } from "./contradictions.ts";
export { isDefault, withDefaults } from "./defaults.ts";
export { discordChoices } from "./discord.ts";
export { addFlags, flagOf } from "./flags.ts";
export { dataSetChoices, prepareChoices, prepareRequest } from "./prepare.ts";
export { replyChoices } from "./reply.ts";
export { exampleSection, sectionOf } from "./section.ts";
export { trainChoices, trainGroups, trainRequest } from "./train.ts";

export type { Chosen, Table } from "./choice.ts";
export { withDefaults } from "./defaults.ts";
export { discordChoices } from "./discord.ts";
export { addFlags } from "./flags.ts";
export { dataSetChoices, prepareChoices, prepareRequest } from "./prepare.ts";
export { replyChoices } from "./reply.ts";
export { exampleSection, sectionOf } from "./section.ts";

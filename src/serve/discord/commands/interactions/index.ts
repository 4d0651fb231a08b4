export { serveCommands } from "./answering.ts";
export { messageCommand, ownersCommand, slashCommand, slashCommandAnywhere } from "./builders.ts";
export type { BotCommand, CommandTable } from "./command.ts";
export { registerCommands } from "./registration.ts";

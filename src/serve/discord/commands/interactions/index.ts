export { tellAdmins } from "./admins.ts";
export { serveCommands } from "./answering.ts";
export type { Backstage } from "./backstage.ts";
export { messageCommand, ownersCommand, slashCommand, slashCommandAnywhere } from "./builders.ts";
export type { BotCommand, CommandTable, Doors } from "./command.ts";
export { registerCommands } from "./registration.ts";

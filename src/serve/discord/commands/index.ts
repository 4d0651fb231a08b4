export { type Backstage, registerCommands, serveCommands } from "./interactions/index.ts";
export { commandTable } from "./table.ts";

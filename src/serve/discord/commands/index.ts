export { serveCommands } from "./answering.ts";
export { registerCommands } from "./registration.ts";
export { commandTable } from "./table.ts";

export { type Backstage, OpenBallots, registerCommands, serveCommands } from "./interactions/index.ts";
export { commandTable } from "./table.ts";
export { watchRuns } from "./training/index.ts";
export { isTypedCommand, serveTypedCommands } from "./typed.ts";

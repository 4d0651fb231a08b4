export { serverKeyVariable } from "./requests.ts";
export { openServerEngine } from "./server-engine.ts";

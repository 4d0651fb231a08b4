export { train } from "./train.ts";
export { watchRuns } from "./watch.ts";

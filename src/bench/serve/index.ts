export { registerBenchServe } from "./command.ts";

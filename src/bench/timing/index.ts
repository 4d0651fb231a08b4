export { registerBenchTiming } from "./command.ts";

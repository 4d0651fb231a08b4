export { registerBenchRedaction } from "./command.ts";

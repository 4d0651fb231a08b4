export { registerBenchBases } from "./command.ts";

export { registerBenchImport } from "./import.ts";
export { registerBenchPrepare } from "./prepare.ts";

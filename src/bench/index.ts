export { registerBenchImport } from "./import.ts";

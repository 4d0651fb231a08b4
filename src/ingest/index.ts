export { type ImportOptions, importExports } from "./import.ts";
export { describeImport, type ImportReport } from "./report.ts";
export { openMessages } from "./store.ts";

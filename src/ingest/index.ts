export { type ArchiveLimits, defaultArchiveLimits } from "./archives/limits.ts";
export { describeImport } from "./describe-import.ts";
export { countMessagesOf, type ForgetReport, forgetPerson } from "./forget.ts";
export { type ImportOptions, importExports } from "./import.ts";
export type { ImportReport } from "./report.ts";
export { openMessages, storeModule } from "./store/store.ts";

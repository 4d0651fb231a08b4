export { countMessagesOf, forgetPerson } from "./forget.ts";
export { type ImportOptions, importExports } from "./import.ts";
export type { ImportReport } from "./report.ts";
export { openMessages, storeModule } from "./store/index.ts";
export type { WhatStays } from "./what-stays.ts";

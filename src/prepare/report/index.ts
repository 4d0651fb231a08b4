export { draftPages, type PagesDraft, type PagesOrder, type ShardsMade } from "./pages.ts";
export { type ReportInput, writeReport } from "./report.ts";

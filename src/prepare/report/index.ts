export { draftPages, type PagesOrder } from "./pages.ts";
export { type ReportInput, writeReport } from "./report.ts";

export { draftPages } from "./pages.ts";
export { type ReportInput, writeReport } from "./report.ts";

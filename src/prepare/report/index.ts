export { draftReport, type ReportInput, writeReport } from "./report.ts";

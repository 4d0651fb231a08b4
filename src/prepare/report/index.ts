export { type ReportInput, writeReport } from "./report.ts";

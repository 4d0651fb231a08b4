export { draftPages } from "./pages.ts";
export { type ReportInput, writeReport } from "./report.ts";
export { summariseStyle } from "./style.ts";

export { type CountPrivate, evaluateRun, reportFile } from "./evaluate.ts";
export { formatFigure, formatMeasure, measuresOf } from "./measures.ts";

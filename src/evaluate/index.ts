export { type CountPrivate, evaluateRun } from "./evaluate.ts";
export { formatFigure, formatMeasure, measuresOf } from "./measures.ts";

export { type Job, Jobs } from "./jobs.ts";
export { Line, type Ticket } from "./line.ts";
export { type AnswerFigures, Metrics } from "./metrics.ts";
export { Places } from "./places.ts";

export { advanceSweep, advanceSweeps } from "./advance.ts";
export { expectSeconds } from "./expected-time.ts";
export { bestFirst, wholeRuns } from "./halving.ts";
export { planSweep, requestSweep, type SweepPlan } from "./request.ts";
export { listSweeps, readSweep, runsOfSweep, type Sweep, sweepDirectory } from "./sweep-file.ts";
export { workDone } from "./work-done.ts";

export { type Clock, monotonicClock } from "./clock.ts";
export { Exchange, type Pace } from "./exchange.ts";
export { readAhead } from "./read-ahead.ts";
export { type Timing, timingOf } from "./timing.ts";

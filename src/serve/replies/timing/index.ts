export { type Timing, timingOf } from "./timing.ts";

export { dropOldestThird, Memory } from "./memory.ts";
export { type DrawSettings, type ReplySettings, replySettings } from "./settings.ts";
export { type Timing, timingOf } from "./timing/index.ts";

export { dropOldestThird, Memory } from "./memory.ts";
export { type ReplySettings, replySettings } from "./settings.ts";

export { type Composed, Composer } from "./composing.ts";
export { isNotice, noticeFlag, type Outgoing } from "./notices.ts";
export { cutMessage, splitMessage } from "./splitting.ts";

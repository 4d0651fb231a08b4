export { bubbleBreak, keyOf, memoryOf, type Said } from "./heard.ts";
export { type Reply, reply, weighReply } from "./reply.ts";

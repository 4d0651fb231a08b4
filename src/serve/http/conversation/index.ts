export { keyOf, memoryOf, type SaidBefore } from "./heard.ts";
export { type EndedReply, reply, weighReply } from "./reply.ts";

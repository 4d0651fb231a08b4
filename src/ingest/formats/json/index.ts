export { endOfElement } from "./message-cutter.ts";
export { parseObject, readMessageFile } from "./message-file.ts";
export { peekMessages } from "./peek-messages.ts";

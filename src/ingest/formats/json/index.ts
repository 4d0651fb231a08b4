export { mayHaveSeveralLists, parseObject, readMessageFile } from "./message-file.ts";
export { peekMessages } from "./peek-messages.ts";

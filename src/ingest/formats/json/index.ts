export { readMessageFile } from "./message-file.ts";
export { peekMessages } from "./peek-messages.ts";

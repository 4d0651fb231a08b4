export { readMessageFile } from "./message-file.ts";

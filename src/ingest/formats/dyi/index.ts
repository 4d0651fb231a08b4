export { isObject, type Json } from "./shape.ts";
export { threadFolderFormat } from "./thread.ts";

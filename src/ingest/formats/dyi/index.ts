export { findThreadPlaces } from "./network.ts";
export { fullPath } from "./place.ts";
export { isObject, type Json } from "./shape.ts";
export { threadFolderFormat } from "./thread.ts";

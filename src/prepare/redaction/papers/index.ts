export { findNamedPapers, mentionsPaper } from "./named.ts";
export { findPapers, findShortPapers } from "./shapes.ts";

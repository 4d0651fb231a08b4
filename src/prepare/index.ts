export { readManifest } from "../handoffs/index.ts";
export { findMaskedValues } from "./masked-values.ts";
export { problemsWithExcluded, requireKnown, requireKnownOrForgotten } from "./names.ts";
export { namesInDataSet } from "./names-in-data-set.ts";
export type { PrepareOptions } from "./options.ts";
export { type PreparedShards, prepareShards } from "./prepare.ts";
export { privateCounter } from "./private-passages.ts";
export { createRedactor, readOwnRules } from "./redaction/index.ts";
export { findDatasetsOf, removeSegments } from "./shards/index.ts";

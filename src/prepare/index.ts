export { readManifest } from "../handoffs/index.ts";
export { findMaskedValues } from "./masked-values.ts";
export { type Choices, type PrepareOptions, requireKnown, unknownNames } from "./options.ts";
export { type PreparedShards, prepareShards } from "./prepare.ts";
export { findDatasetsOf, removeSegments } from "./shards/index.ts";

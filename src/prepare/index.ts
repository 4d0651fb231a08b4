export { readManifest } from "./manifest.ts";
export { findMaskedValues, type MaskedValue } from "./masked-values.ts";
export type { Choices, PrepareOptions, StoreModule } from "./options.ts";
export { checkVocabularySize } from "./own-vocabulary.ts";
export { type PreparedShards, prepareShards } from "./prepare.ts";
export { findDatasetsOf, removeSegments } from "./stale.ts";

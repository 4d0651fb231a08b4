export { readManifest } from "./manifest.ts";
export { findMaskedValues, type MaskedValue } from "./masked-values.ts";
export {
  type Choices,
  type PrepareOptions,
  requireKnown,
  type StoreModule,
  unknownNames,
} from "./options.ts";
export { checkVocabularySize } from "./own-vocabulary.ts";
export { type PreparedShards, prepareShards } from "./prepare.ts";
export { findDatasetsOf, removeSegments } from "./stale.ts";

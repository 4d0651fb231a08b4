export { type EarlierName, readEarlierNames, writeEarlierNames } from "./earlier-names.ts";
export { addErased, ErasedMoments, nothingErased } from "./erased-moments.ts";
export { createForgotten, type Forgotten, type ForgottenIn } from "./forgotten.ts";
export { lettersOf, nameLetters, wordsOf } from "./name-letters.ts";
export { createNamesNow } from "./names-now.ts";
export { Erased, Tombstone } from "./records.ts";
export { createTombstones } from "./tombstone.ts";

export { type Renames, settleRenames } from "./name-changes.ts";
export { checkOnePerson, checkSameOwner } from "./one-person.ts";
export { findOwners, type NamedOwner, type Owners, readOwnerFile } from "./owner.ts";
export { findRename, type NamedSource, SameWords } from "./renames.ts";
export { type NameReader, named, nameReaders } from "./thread-names.ts";

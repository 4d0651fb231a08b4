export { earlierNamesOf } from "./earlier-names.ts";
export { type Renames, settleRenames } from "./name-changes.ts";
export { checkOnePerson, checkSameOwner } from "./one-person.ts";
export { separateOwnNames } from "./own-names.ts";
export { clearOwner, findOwners, type Owners } from "./owner.ts";
export { type NamedOwner, readOwnerFile } from "./owner-file.ts";
export { findRename, type NamedSource, SameWords } from "./renames.ts";
export { ReturnedPeople } from "./returned-people.ts";
export { NameReader, named, nameReaders } from "./thread-names.ts";

export { findAnswer, findAnswerToPin } from "./answers.ts";
export { findCodes, findLoginCodes, findSendersCodes, mentionsLogin } from "./codes.ts";
export { findKeys, mayHoldKnownKey } from "./keys.ts";
export { partFinder } from "./letter-parts.ts";
export { findLockCodes, mentionsLock } from "./locks.ts";
export { findAssignedSecrets, findLogins, mentionsAssigned, mentionsName } from "./logins.ts";
export { findPasswords, findSharedPasswords } from "./passwords.ts";
export { findSeedPhrases, mayHoldSeedPhrase } from "./seed-phrases.ts";
export { mentionsSecret, partsOfSecrets, type Secret, secretAskedFor } from "./words.ts";

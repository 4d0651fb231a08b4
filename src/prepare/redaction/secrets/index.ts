export { findKeys } from "./keys.ts";
export { partFinder } from "./letter-parts.ts";
export {
  asksForPin,
  findAnswer,
  findAnswerToPin,
  findCodes,
  findLoginCodes,
  findPasswords,
  findSendersCodes,
  mentionsLogin,
  mentionsSecret,
  partsOfSecrets,
} from "./secrets.ts";

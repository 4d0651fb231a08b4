export type { RedactedKind } from "./findings.ts";
export {
  createNameMap,
  idOfLabels,
  type Labels,
  labelPeople,
  MetWords,
  mayHold,
  type NameMapOptions,
  type NamesMet,
  nameMapOf,
  onlyOptedOutSpeak,
  optedOutBubble,
  optedOutLabel,
  withoutOptedOut,
} from "./names/index.ts";
export { countryOfLocale } from "./numbers/index.ts";
export { readOwnRules, withoutComments } from "./own-rules.ts";
export type { Replaced } from "./placeholders.ts";
export { createRedactor } from "./redactor.ts";

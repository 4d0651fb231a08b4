export type { RedactedKind } from "./findings.ts";
export { MetWords, mayHold, type NamesMet } from "./met-words.ts";
export {
  createNameMap,
  idOfLabels,
  type Labels,
  labelPeople,
  type NameMap,
  type NameMapOptions,
  openNameMap,
  type RealNames,
} from "./name-map.ts";
export { onlyOptedOutSpeak, optedOutBubble, optedOutLabel, withoutOptedOut } from "./opt-outs.ts";
export { type OwnRule, readOwnRules } from "./own-rules.ts";
export { countryOfLocale } from "./phones.ts";
export type { Replaced } from "./placeholders.ts";
export { createRedactor, type RedactionOptions, type Redactor } from "./redactor.ts";

export type { RedactedKind } from "./findings.ts";
export { type OwnRule, readOwnRules } from "./own-rules.ts";
export { countryOfLocale } from "./phones.ts";
export { createRedactor, type RedactionOptions, type Redactor } from "./redactor.ts";

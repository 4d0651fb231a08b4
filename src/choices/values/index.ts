export { usualSentences } from "./sentences.ts";
export { describeAllowed, filled, isBlank, listOf, readValue, schemaOf } from "./values.ts";

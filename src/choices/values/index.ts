export { describeAllowed, filled, isBlank, listOf, readValue, schemaOf } from "./values.ts";

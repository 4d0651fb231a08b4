export { type MadeSegments, type Vocabulary, withSegments } from "./make-segments.ts";
export { masksOfDataSet, realNamesIn } from "./masks.ts";
export { labelsFor } from "./privacy.ts";

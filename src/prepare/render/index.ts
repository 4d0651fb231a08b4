export { type MadeSegments, type Vocabulary, withSegments } from "./make-segments.ts";
export { labelsInDataSet, masksOfDataSet } from "./masks.ts";

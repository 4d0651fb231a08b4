export { type MadeSegments, type Vocabulary, withSegments } from "./make-segments.ts";
export { labelsFor } from "./privacy.ts";

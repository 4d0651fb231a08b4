export { contentOf, openSegmentCache, removeSegmentsOfOtherPrivacy, type SegmentCache } from "./cache.ts";
export {
  LongText,
  longTextFields,
  type SegmentRecord,
  type TokenArray,
  type WrittenRecord,
} from "./record.ts";
export {
  findSegment,
  isSegmentGone,
  readFacts,
  readRecords,
  type Segment,
  type SegmentName,
  type SegmentSummary,
} from "./segment.ts";
export { openSegmentWriter, type SegmentWriter } from "./segment-writer.ts";
export type { ThreadTask } from "./task.ts";
export { tokenArrayOf } from "./token-array.ts";

export { makeSegments, type SegmentPlan, type SegmentWork, withSegmentWork } from "./make-segments.ts";

export { coarsestClockMs } from "./clocks.ts";
export { CrowdedMomentError, OutOfOrderError } from "./cursor.ts";
export { mergeSources } from "./merge.ts";
export { wordlessKind } from "./same-messages.ts";
export type { OnSameWords, PlacedEntry, Source } from "./source.ts";

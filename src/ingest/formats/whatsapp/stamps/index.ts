export type { ClockWord } from "./clock-word.ts";
export { type DateOrder, dateOrders, dayOf, readStamp, type Stamp, timeOf } from "./stamp.ts";

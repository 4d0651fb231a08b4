import type { ThreadSummary } from "../../handoffs/index.ts";

/** What is to be done with one thread; it survives structured cloning. */
export interface ThreadTask {
  thread: ThreadSummary;
  /** Why all of it is left out, when it is. */
  skip: string | undefined;
  isHeldOut: boolean;
  holdOutShare: number;
  /** Where a conversation ends, in ms; `own`: by the thread's own gaps. */
  maxSilenceMs: number | "own";
  /** Where the segment goes; undefined: only count the gaps. */
  file: string | undefined;
}

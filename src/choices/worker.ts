import type { Table } from "./choice.ts";

/** How a worker takes runs. */
export const workerChoices = {
  exitWhenIdle: { boolean: {}, help: "exit once the queue has been empty for a few seconds" },
  anySize: { boolean: {}, help: "without a GPU, take even runs that fill this machine's memory" },
  lockDuration: {
    integer: { atLeast: 1 },
    default: 60_000,
    unit: "ms",
    help: "how long a silent worker keeps its run before another may take it",
  },
  silenceMinutes: {
    number: { above: 0 },
    default: 30,
    unit: "minutes",
    help: "how long a trainer may be silent before it is stopped and restarted, once",
  },
  killAfter: {
    number: { above: 0 },
    default: 120,
    unit: "seconds",
    help: "how long a stopping trainer may write nothing before it is killed",
  },
} as const satisfies Table;

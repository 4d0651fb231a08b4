import type { Table } from "./choice.ts";

/** How much of a run is measured, and how closely. */
export const evaluateChoices = {
  replies: {
    integer: { atLeast: 1 },
    default: 1000,
    help: "held-out contexts to answer, where there are as many; fewer give wider intervals",
  },
  full: {
    boolean: {},
    help: "measure everything that is there, however long it takes",
  },
  seconds: {
    number: { above: 0 },
    otherwise: "as long as it takes",
    help: "time that the evaluation may take; sizes follow from how fast this machine is",
  },
  seed: {
    integer: { atLeast: 0 },
    default: 0,
    help: "seed of the sampling: the same seed gives the same figures",
  },
} as const satisfies Table;

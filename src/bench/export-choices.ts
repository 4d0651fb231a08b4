import type { Table } from "../choices/index.ts";

/** What the measurements on generated exports share. */
export const exportChoices = {
  megabytes: {
    numbers: { above: 0 },
    default: [60],
    flag: "--megabytes <n...>",
    help: "sizes of the generated exports, in megabytes",
  },
  rounds: {
    integer: { atLeast: 1 },
    default: 3,
    help: "times that each is run, in turn; medians are printed",
  },
  keep: {
    text: {},
    value: "dir",
    help: "folder in which to keep the generated exports, and to find them again",
  },
} as const satisfies Table;

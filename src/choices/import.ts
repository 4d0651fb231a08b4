import type { Table } from "./choice.ts";
import { prepareRequest } from "./prepare.ts";

/** How exports are read. */
export const importChoices = {
  persona: {
    names: {},
    flag: "--persona <name>",
    help: "who you are, when the guess is wrong; may be repeated",
  },
  strict: { boolean: {}, help: "exit with 1 when a file could not be read" },
  dateOrder: {
    oneOf: ["dmy", "mdy", "ymd"],
    otherwise: "as the dates themselves tell",
    value: "order",
    help: "order of day, month and year in WhatsApp's dates",
  },
  jobs: prepareRequest.jobs,
  maxUnpackedGb: {
    number: { above: 0 },
    default: 100,
    unit: "GB",
    help: "refuse exports that unpack to more than this",
  },
  maxRatio: {
    number: { above: 0 },
    default: 200,
    help: "leave out files that unpack to more than this many times their size",
  },
} as const satisfies Table;

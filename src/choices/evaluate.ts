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
    help: "answer and measure all that is there, however long it takes",
  },
  seconds: {
    number: { above: 0 },
    otherwise: "as long as it takes",
    help: "time that the evaluation may take; sizes follow from how fast this machine is",
  },
  servedBy: {
    oneOf: ["engine", "pytorch"],
    otherwise: "the engine, unless the time is limited",
    value: "who",
    help: "who draws replies as friends get them: the engine with its filters and guard, or PyTorch, sooner and without",
  },
  seed: {
    integer: { atLeast: 0 },
    default: 0,
    help: "seed of the sampling: the same seed gives the same figures",
  },
} as const satisfies Table;

/** Who draws replies as served where nobody says it: through the engine they take longer. */
export function usualServer({ seconds }: { seconds?: number | null | undefined }): "engine" | "pytorch" {
  return typeof seconds === "number" ? "pytorch" : "engine";
}

/** What happens before a run is measured. */
export const calibrateChoices = {
  calibrate: {
    boolean: {},
    help: "first choose the temperature and min-p by which the run's replies come nearest to the person's own",
  },
} as const satisfies Table;

/** What is looked at of an evaluation that was made. */
export const worstChoices = {
  worst: {
    boolean: {},
    help: "list the training messages that are likeliest to come out, on this terminal alone",
  },
} as const satisfies Table;

/** How people are asked which of some hidden answers is the real one's. */
export const askChoices = {
  ask: { boolean: {}, help: "show hidden answers to held-out messages and vote for the likeliest" },
  against: {
    names: {},
    default: ["base", "real"],
    flag: "--against <who>",
    help: "whose answers stand beside the run's: base, real or another run; may be given twice",
  },
  relation: {
    oneOf: ["self", "friend", "stranger"],
    default: "self",
    value: "who",
    help: "who votes: the person, somebody who knows them, or neither",
  },
  questions: {
    integer: { atLeast: 1 },
    default: 20,
    help: "how many messages to vote on",
  },
} as const satisfies Table;

/** Questions that runs and models answer side by side. */
export const promptChoices = {
  prompts: {
    text: {},
    flag: "--prompts [file]",
    otherwise: "brief, long and coding questions of persona's own",
    help: "ask the questions of a file, one a line, and leave a page with the answers",
  },
  with: {
    names: {},
    flag: "--with <model>",
    help: "another run, or a GGUF with its tokenizer.json beside it, to ask too; may be repeated",
  },
} as const satisfies Table;

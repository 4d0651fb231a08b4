import file from "../../scripts/trainer/choices.json" with { type: "json" };
import type { Table } from "./choice.ts";

type Groups = typeof file.choices;
type Merged<Group> = (Group extends unknown ? (group: Group) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** What can be chosen about a run, grouped as in help. The trainer reads the same file. */
export const trainGroups: Record<string, Table> = file.choices;

/** Choices of `persona train`, each with a line in `persona.json`. */
export const trainChoices = Object.assign({}, ...Object.values(file.choices)) as Merged<Groups[keyof Groups]>;

/** What is asked of one call alone. */
export const trainRequest = {
  from: {
    text: {},
    value: "run",
    help: "start from the model of a finished run instead of a base model",
  },
  refine: {
    text: {},
    value: "run",
    help: "let a finished run prefer the person's real replies, and corrections from votes, to its own; the result is kept only if it is better",
  },
  rendering: {
    oneOf: ["auto", "plain", "chat"],
    default: "auto",
    help: "how conversations are written: plain as for base models, or chat by the model's own chat template; auto: as the run was trained that one starts from, else chat where turns can be joined in it",
  },
  priority: {
    integer: { atLeast: 1, atMost: 2_097_152 },
    default: 10,
    help: "place in the queue; the run with the lowest number goes first",
  },
  anySize: { boolean: {}, help: "without a GPU, train even what fills this machine's memory" },
  sweep: {
    names: {},
    flag: "--sweep <name=values...>",
    help: "train a run for each combination of settings, such as learningRate=1e-5,3e-5 epochs=1,2; those that fall behind are dropped on the way",
  },
  maxRuns: {
    integer: { atLeast: 1 },
    default: 16,
    help: "largest number of runs that a sweep may have",
  },
  detach: { boolean: {}, help: "queue the run and return" },
  evaluate: {
    boolean: {},
    flag: "--no-evaluate",
    help: "end without measuring how like the person the run is, and what it gives away",
  },
} as const satisfies Table;

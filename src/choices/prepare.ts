import type { Settled, Table } from "./choice.ts";

/**
 * What decides about the content of a data set.
 *
 * A data set's id follows from these in this order: with another order, each would be made anew.
 */
export const dataSetChoices = {
  maxSilenceMinutes: {
    number: { above: 0 },
    or: "auto",
    default: "auto",
    flag: "--max-silence <minutes>",
    help: "start a new conversation after a longer silence than this; auto follows each thread's own rhythm",
  },
  holdOutShare: {
    number: { atLeast: 0, atMost: 0.5 },
    default: 0.05,
    flag: "--hold-out <share>",
    help: "share of each thread's conversations, the newest, to hold out from training",
  },
  holdOutThreadShare: {
    number: { atLeast: 0, atMost: 0.5 },
    default: 0.02,
    flag: "--hold-out-threads <share>",
    help: "share of whole threads to hold out: people the model never hears",
  },
  neutralLabelShare: {
    number: { atLeast: 0, atMost: 1 },
    default: 0.1,
    flag: false,
    help: "share of conversations in which friends carry a neutral label, for people on Discord who are not mapped",
  },
  keepShort: {
    number: { atLeast: 0, atMost: 1 },
    default: 1,
    value: "share",
    help: "share of one-word replies to learn from; the others remain as context",
  },
  minOwnTexts: {
    integer: { atLeast: 0 },
    default: 5,
    flag: false,
    help: "leave out threads with fewer messages of the persona, unless these are a large enough share",
  },
  minOwnShare: {
    number: { atLeast: 0, atMost: 1 },
    default: 0.02,
    flag: false,
    help: "the share of a thread's messages that is large enough",
  },
  includeThreads: {
    names: {},
    default: [],
    flag: "--include-thread <name>",
    field: "include.threads",
    help: "learn only from this thread, by id or title; may be repeated",
  },
  excludeThreads: {
    names: {},
    default: [],
    flag: "--exclude-thread <name>",
    field: "exclude.threads",
    help: "leave this thread out, by id or title; may be repeated",
  },
  includePeople: {
    names: {},
    default: [],
    flag: "--include-person <name>",
    field: "include.people",
    help: "learn only from threads with this person; may be repeated",
  },
  excludePeople: {
    names: {},
    default: [],
    flag: "--exclude-person <name>",
    field: "exclude.people",
    help: "leave threads with this person out; may be repeated",
  },
  excludedSections: {
    names: {},
    // Their messages come from strangers.
    default: ["message_requests", "filtered_threads", "spam"],
    flag: "--exclude-section <name>",
    field: "exclude.sections",
    help: "leave this section of the export out too; may be repeated",
  },
  since: { day: {}, help: "learn only from messages of this day or later, such as 2018-01-31" },
  until: { day: {}, help: "learn only from messages before this day" },
  optedOut: {
    names: {},
    default: [],
    flag: false,
    help: "friends whose words must not be learned from or shown as context",
  },
  country: {
    country: {},
    otherwise: "the country of this machine's locale",
    value: "code",
    help: "country of telephone numbers without a country code, such as PT",
  },
  realNames: {
    oneOf: ["keep", "initials", "invented"],
    default: "keep",
    value: "what",
    help: "what to do with people's names; invented ones cost no more tokens",
  },
} as const satisfies Table;

/** Choices of `persona prepare`, each with a line in `persona.json`. */
export const prepareChoices = {
  ...dataSetChoices,
  trainTokenizer: {
    // Each byte, the end of a conversation, and the empty line that ends a turn; and as many as 16 bits tell apart.
    integer: { atLeast: 258, atMost: 65_536 },
    otherwise: "GPT-2's tokeniser",
    value: "ids",
    help: "train a tokeniser with this many ids on the messages, for bases from scratch; 4096 suits a small model",
  },
  redactFile: {
    text: {},
    default: "redact.txt",
    flag: false,
    help: "file that lists what must never be learned: a word, a phrase or a /regexp/ a line",
  },
} as const satisfies Table;

/** What is asked of one call alone. */
export const prepareRequest = {
  persona: {
    text: {},
    otherwise: "the owner of the export",
    help: "whose voice to learn, spelled as in the export",
  },
  includedSections: {
    names: {},
    flag: "--include-section <name>",
    help: "learn from this section too, although it is left out by default; may be repeated",
  },
  rendering: {
    oneOf: ["plain", "chat"],
    default: "plain",
    help: "how conversations are written: plain for base models, chat for models with a chat template",
  },
  tokenizer: {
    text: {},
    otherwise: "GPT-2's",
    value: "dir",
    help: "folder with the tokenizer.json of another model",
  },
  jobs: {
    integer: { atLeast: 1 },
    otherwise: "one a core",
    help: "worker threads to use",
  },
  dryRun: { boolean: {}, help: "count everything and write nothing" },
  show: { boolean: {}, help: "list what is masked, on this terminal alone" },
} as const satisfies Table;

/** Whether days are left to learn from. */
export function leavesDays({ since, until }: Settled<typeof dataSetChoices>): boolean {
  return since === null || until === null || since < until;
}

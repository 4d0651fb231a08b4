import type { Choice, Table } from "./choice.ts";

/** Which run somebody talks to. */
export const servedRun = {
  text: {},
  value: "run",
  otherwise: "the one in use",
  help: "run that answers",
} as const satisfies Choice;

const fitted = "or what the run was calibrated to";

/** How replies are drawn. */
export const replyChoices = {
  temperature: {
    number: { atLeast: 0, atMost: 2 },
    default: 0.9,
    otherwise: fitted,
    value: "t",
    help: "sampling temperature: 0 for the likeliest words, 1 for all the variety of the training",
  },
  topP: {
    number: { above: 0, atMost: 1 },
    default: 0.95,
    otherwise: fitted,
    flag: false,
    help: "nucleus sampling: draw from the likeliest words that together have this probability",
  },
  minP: {
    number: { atLeast: 0, atMost: 1 },
    default: 0,
    otherwise: fitted,
    flag: false,
    help: "leave out words that are less probable than this share of the likeliest one",
  },
  maxTokens: {
    integer: { atLeast: 1 },
    default: 160,
    flag: false,
    help: "maximum length of a reply, in tokens",
  },
  candidates: {
    integer: { atLeast: 1, atMost: 16 },
    default: 4,
    help: "maximum number of draws for one reply, where some may not be said or a ranking chooses among them",
  },
  ranking: {
    oneOf: ["first", "longest", "likeliest", "mmi"],
    default: "first",
    value: "how",
    help: "which candidate is said: the first that may be, the longest, the likeliest, or the one that depends most on what was said before",
  },
  blocked: {
    names: {},
    default: [],
    flag: false,
    help: "words that are never said, whatever their case and accents",
  },
  patience: {
    number: { atLeast: 0, atMost: 1 },
    default: 0.25,
    value: "x",
    help: "how much of the person's own time is taken to answer: 0 answers at once, 1 takes as long as the person does",
  },
  talkativeness: {
    number: { atLeast: 0, atMost: 2 },
    default: 1,
    value: "x",
    help: "how readily it speaks in groups: 0 only when addressed, 1 as the person does, 2 whenever somebody has spoken",
  },
  keepDays: {
    integer: { atLeast: 0 },
    default: 14,
    flag: false,
    help: "days for which conversations are kept on disk, to be remembered after a restart; 0 keeps none",
  },
  gpu: {
    oneOf: ["auto", "cpu", "cuda", "vulkan", "metal"],
    default: "auto",
    value: "which",
    help: "where replies are computed: on the GPU where there is one, by the CPU, or by this kind of GPU",
  },
  whileTraining: {
    oneOf: ["answer", "rest"],
    default: "answer",
    value: "what",
    help: "what the persona does while a run has the GPU: answer by the CPU, or say that it is learning",
  },
  restingWords: {
    text: {},
    default: "I'm busy learning right now and can't think straight. Write to me again in a while!",
    flag: false,
    help: "what it says then, once in each conversation",
  },
  server: {
    text: {},
    value: "url",
    otherwise: "this machine, by model.gguf",
    help: "llama-server or vLLM that computes the replies, with the run's model loaded",
  },
  serverModel: {
    text: {},
    value: "name",
    otherwise: "the only one",
    help: "which of the server's models answers",
  },
  model: {
    text: {},
    value: "file",
    otherwise: "a run",
    help: "instruction model that answers in place of a run: a GGUF here, or a repository of Hugging Face's hub that has one",
  },
  quantization: {
    text: { pattern: "[\\w.-]+", allowed: "the name of a quantization, such as Q8_0 or Q4_K_M" },
    value: "name",
    otherwise: "Q4_K_M",
    help: "which of a repository's files is fetched: Q8_0 is closer to the model as it was trained, Q4_K_M is about half as large",
  },
  format: {
    oneOf: ["auto", "dolly-v1", "dolly-v2", "stablelm-tuned", "oasst-pythia", "oasst-stablelm", "chatml"],
    default: "auto",
    value: "how",
    help: "how an instruction model is asked: auto, by its own chat template or as its name and vocabulary tell",
  },
  systemPrompt: {
    text: {},
    value: "words",
    otherwise: "the model's own",
    help: "what an instruction model is told before every conversation; /prompt changes it in one channel",
  },
  guard: {
    oneOf: ["on", "off"],
    default: "on",
    help: "steer replies away from repeating what the run learned from, word for word",
  },
} as const satisfies Table;

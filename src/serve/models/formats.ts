/** How models that carry no chat template were taught to be asked, as their model cards say. */

import type { replyChoices } from "../../choices/index.ts";

/** The text around what somebody says in a role. */
interface Around {
  before: string;
  after: string;
}

export interface Format {
  /** Absent where the model was taught none: a prompt of the owner's then stands before the first words. */
  system?: Around & { usual: string | undefined };
  user: Around;
  assistant: Around;
  /** Where the model goes on with other turns, in case that its end is no token of its vocabulary. */
  stops: string[];
}

export type FormatName = Exclude<(typeof replyChoices.format.oneOf)[number], "auto">;

/** Databricks' Dolly: v1 over GPT-J and v2 over Pythia were taught the same words. */
const dolly: Format = {
  system: {
    before: "",
    usual:
      "Below is an instruction that describes a task. Write a response that appropriately completes the request.",
    after: "\n\n",
  },
  user: { before: "### Instruction:\n", after: "\n\n" },
  assistant: { before: "### Response:\n", after: "\n\n### End\n\n" },
  stops: ["### End", "### Instruction:"],
};

const oasst: Format = {
  user: { before: "<|prompter|>", after: "<|endoftext|>" },
  assistant: { before: "<|assistant|>", after: "<|endoftext|>" },
  stops: ["<|prompter|>", "<|endoftext|>"],
};

export const formats: Record<FormatName, Format> = {
  "dolly-v1": dolly,
  "dolly-v2": dolly,
  "stablelm-tuned": {
    system: {
      before: "<|SYSTEM|>",
      usual: `# StableLM Tuned (Alpha version)
- StableLM is a helpful and harmless open-source AI language model developed by StabilityAI.
- StableLM is excited to be able to help the user, but will refuse to do anything that could be considered harmful to the user.
- StableLM is more than just an information source, StableLM is also able to write poetry, short stories, and make jokes.
- StableLM will refuse to participate in anything that could harm a human.
`,
      after: "",
    },
    user: { before: "<|USER|>", after: "" },
    assistant: { before: "<|ASSISTANT|>", after: "" },
    stops: ["<|USER|>", "<|SYSTEM|>"],
  },
  "oasst-pythia": oasst,
  "oasst-stablelm": {
    ...oasst,
    system: { before: "<|system|>", usual: undefined, after: "<|endoftext|>" },
  },
  chatml: {
    system: { before: "<|im_start|>system\n", usual: undefined, after: "<|im_end|>\n" },
    user: { before: "<|im_start|>user\n", after: "<|im_end|>\n" },
    assistant: { before: "<|im_start|>assistant\n", after: "<|im_end|>\n" },
    stops: ["<|im_end|>", "<|im_start|>"],
  },
};

interface Signs {
  /** What the file and its metadata call the model. */
  names: string[];
  architecture: string;
  /** Whether its vocabulary has a token of that spelling. */
  knows(token: string): boolean;
}

/** The format of a model that does not say which, by its vocabulary and its names; undefined where neither tells. */
export function recogniseFormat({ names, architecture, knows }: Signs): FormatName | undefined {
  const name = names.join(" ").toLowerCase();
  if (knows("<|prompter|>"))
    return /stablelm/.test(name) || knows("<|system|>") ? "oasst-stablelm" : "oasst-pythia";
  if (knows("<|USER|>") && knows("<|ASSISTANT|>")) return "stablelm-tuned";
  if (knows("<|im_start|>") && knows("<|im_end|>")) return "chatml";
  if (/dolly/.test(name) || knows("### End"))
    return architecture === "gptj" || /v1/.test(name) ? "dolly-v1" : "dolly-v2";
  if (/oasst|open-?assistant/.test(name)) return /stablelm/.test(name) ? "oasst-stablelm" : "oasst-pythia";
  return /stablelm.*tuned/.test(name) ? "stablelm-tuned" : undefined;
}

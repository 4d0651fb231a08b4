import { expect, test } from "vitest";
import type { Turn } from "../../../src/handoffs/index.ts";
import { type FormatName, formats, recogniseFormat } from "../../../src/serve/models/formats.ts";
import { messagesOf } from "../../../src/serve/models/messages.ts";
import { type PromptPiece, writingByFormat } from "../../../src/serve/models/writing.ts";

const meme = "What is a meme, and what's the history behind this word?";
const stableLm = `<|SYSTEM|># StableLM Tuned (Alpha version)
- StableLM is a helpful and harmless open-source AI language model developed by StabilityAI.
- StableLM is excited to be able to help the user, but will refuse to do anything that could be considered harmful to the user.
- StableLM is more than just an information source, StableLM is also able to write poetry, short stories, and make jokes.
- StableLM will refuse to participate in anything that could harm a human.
`;
const dolly = `Below is an instruction that describes a task. Write a response that appropriately completes the request.

### Instruction:
Write a tweet announcing Dolly.

### Response:
`;

/** As the model cards of the models show it. */
const cards: [FormatName, string, string][] = [
  ["dolly-v1", "Write a tweet announcing Dolly.", dolly],
  ["dolly-v2", "Write a tweet announcing Dolly.", dolly],
  ["stablelm-tuned", "What's your mood today?", `${stableLm}<|USER|>What's your mood today?<|ASSISTANT|>`],
  ["oasst-pythia", meme, `<|prompter|>${meme}<|endoftext|><|assistant|>`],
  ["oasst-stablelm", meme, `<|prompter|>${meme}<|endoftext|><|assistant|>`],
  ["chatml", "hi", "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"],
];

test.each(cards)("%s is asked as its model card shows", (name, asked, prompt) => {
  expect(written(name, [turn("Ben", asked)])).toBe(prompt);
});

test("a conversation goes on after answers, and what the owner says stands where the model was taught to find it", () => {
  const turns = [turn("Ben", "hi"), turn("", "yo"), turn("Ben", "and?")];
  const system = "Be brief.";

  expect(written("dolly-v2", turns, system)).toBe(
    "Be brief.\n\n### Instruction:\nhi\n\n### Response:\nyo\n\n### End\n\n### Instruction:\nand?\n\n### Response:\n",
  );
  expect(written("stablelm-tuned", turns, system)).toBe(
    "<|SYSTEM|>Be brief.<|USER|>hi<|ASSISTANT|>yo<|USER|>and?<|ASSISTANT|>",
  );
  expect(written("oasst-pythia", turns, system)).toBe(
    "<|prompter|>Be brief.\n\nhi<|endoftext|><|assistant|>yo<|endoftext|><|prompter|>and?<|endoftext|><|assistant|>",
  );
  expect(written("oasst-stablelm", turns, system)).toBe(
    "<|system|>Be brief.<|endoftext|><|prompter|>hi<|endoftext|><|assistant|>yo<|endoftext|><|prompter|>and?<|endoftext|><|assistant|>",
  );
});

test("a model without a template is recognised by its vocabulary, else by its names", () => {
  const byName = (...names: string[]) =>
    recogniseFormat({ names, architecture: "gptneox", knows: () => false });
  const byTokens = (tokens: string[], name = "model", architecture = "gptneox") =>
    recogniseFormat({ names: [name], architecture, knows: (token) => tokens.includes(token) });

  expect(
    ["dolly-v2-3b", "dolly-v1-6b", "stablelm-tuned-alpha-3b", "oasst-sft-4-pythia-12b", "pythia-1b"].map(
      (name) => byName(name),
    ),
  ).toEqual(["dolly-v2", "dolly-v1", "stablelm-tuned", "oasst-pythia", undefined]);
  expect(byName("OpenAssistant", "stablelm-7b-sft-v7-epoch-3.Q8_0.gguf")).toBe("oasst-stablelm");
  expect(byTokens(["### End"])).toBe("dolly-v2");
  expect(byTokens(["### End"], "model", "gptj")).toBe("dolly-v1");
  expect(byTokens(["<|prompter|>", "<|assistant|>"])).toBe("oasst-pythia");
  expect(byTokens(["<|USER|>", "<|ASSISTANT|>"])).toBe("stablelm-tuned");
  expect(byTokens(["<|im_start|>", "<|im_end|>"])).toBe("chatml");
});

function turn(speaker: string, ...bubbles: string[]): Turn {
  return { speaker, isPersona: speaker === "", bubbles };
}

function written(name: FormatName, turns: Turn[], system?: string): string {
  return writingByFormat(formats[name]).write(messagesOf(turns), system).map(textOf).join("");
}

function textOf(piece: PromptPiece): string {
  return "words" in piece ? piece.words : piece.template;
}

import { execa } from "execa";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rendering, Turn } from "../../src/handoffs/index.ts";
import { projectRoot } from "../../src/project.ts";
import { pythonPath } from "../../src/python.ts";
import { builtInTokenizerDirectory, loadTokenizer } from "../../src/tokenizer/index.ts";
import { createTranscript } from "../../src/transcript/index.ts";
import { chatTokenizerDirectory } from "../fixtures/tokenizers/chat.ts";
import { sentencePieceDirectory } from "../fixtures/tokenizers/sentence-pieces.ts";

const persona = "Ana Lima";

const cases: { rendering: Rendering; like: string; directory: string }[] = [
  { rendering: "plain", like: "GPT-2", directory: builtInTokenizerDirectory },
  { rendering: "chat", like: "ChatML", directory: await chatTokenizerDirectory() },
  { rendering: "plain", like: "Gemma", directory: sentencePieceDirectory("gemma") },
  { rendering: "plain", like: "Llama 2", directory: sentencePieceDirectory("llama") },
];

test.each(cases)(
  "Python reads the $rendering rendering for $like as it was written",
  async ({ rendering, directory }) => {
    const tokenizer = await loadTokenizer(directory);
    const transcript = createTranscript({ tokenizer, rendering, persona });
    const said = [[turn("Ben", ["hi"]), turn(persona, ["hey", "you"])], ...fc.sample(conversation(), 60)];
    const conversations = said.map((turns) => transcript.render(turns));

    const read = await readInPython({ tokenizer: directory, rendering, persona, conversations });

    for (const [index, { ids }] of conversations.entries()) {
      const turns = transcript.parse(ids);
      expect(read[index]?.turns).toEqual(turns);
      const answers = turns.flatMap(({ isPersona }, at) => (isPersona && at > 0 ? [turns.slice(0, at)] : []));
      expect(read[index]?.contexts).toEqual(answers.map((before) => transcript.prompt(before)));
    }
  },
);

async function readInPython(given: object): Promise<{ turns: Turn[]; contexts: number[][] }[]> {
  const { stdout } = await execa(pythonPath, ["-W", "ignore", "test/python/read_turns.py"], {
    cwd: projectRoot,
    input: JSON.stringify(given),
  });
  return JSON.parse(stdout);
}

function conversation(): fc.Arbitrary<Turn[]> {
  const pieces = ["\n", " ", "Ana Lima", ":", "Ben", "<|endoftext|>", "<|im_end|>", "a", "n", "👋", "ã"];
  const text = fc.string({ unit: fc.constantFrom(...pieces), minLength: 1 });
  const bubbles = fc.array(text, { minLength: 1, maxLength: 4 });
  const speaker = fc.constantFrom(persona, "Ben", "Zoë: X", "Friend 2");
  const turns = fc.array(
    fc.tuple(speaker, bubbles).map(([name, own]) => turn(name, own)),
    { maxLength: 6 },
  );
  // What one person sends in a row is one turn.
  return turns.map((all) => all.filter(({ speaker }, index) => speaker !== all[index - 1]?.speaker));
}

function turn(speaker: string, bubbles: string[]): Turn {
  return { speaker, isPersona: speaker === persona, bubbles };
}

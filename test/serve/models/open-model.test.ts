import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Chosen, replyChoices } from "../../../src/choices/index.ts";
import type { Persona } from "../../../src/serve/index.ts";
import { instructionSettings, openInstructionModel } from "../../../src/serve/models/index.ts";
import type { Tokenizer } from "../../../src/tokenizer/index.ts";
import { chatML } from "../../fixtures/tokenizers/chat.ts";
import { memoryOf } from "../memory-of.ts";

/** A GPT-2 of one layer with random weights and 300 ids, which carries no chat template. */
const gguf = path.resolve("test/fixtures/old-data/data/runs/916e71c1b1/model.gguf");
const ben = [{ speaker: "Ben", isPersona: false, bubbles: ["hi"] }];

test("a GGUF's own tokeniser loses nothing, and knows what is no text", async () => {
  const tokenizer = await tokenizerOf(await open(gguf, { format: "chatml" }));
  const texts = ["", " a  b\n\n\tc", "né 🦜\u200d ß\u0000", "<|endoftext|> <|im_end|>", "### End"];

  expect(texts.map((text) => tokenizer.decode(tokenizer.encode(text)))).toEqual(texts);
  const [end] = tokenizer.encodeTemplate("<|endoftext|>");
  expect(tokenizer.specialId("<|endoftext|>")).toBe(end);
  expect(tokenizer.bytesOf(end as number)).toHaveLength(0);
  expect(tokenizer.encode("<|endoftext|>")).not.toContain(end);
});

test("it answers as a persona does, and says what it is", async () => {
  const model = await open(gguf, { format: "dolly-v2", maxTokens: 8 });
  const events = [];
  for await (const event of model.reply(memoryOf(ben, "a"), { seed: 1, systemPrompt: "Be brief." }))
    events.push(event);

  expect(events.at(-1)).toMatchObject({ type: "reply-end", outcome: { tokens: expect.any(Number) } });
  expect(model).toMatchObject({ isModel: true, name: "model" });
  expect(model.about).toBe("model, asked in the format dolly-v2");
  expect(model.labelOf(undefined, "Ben Ito")).toBe("Ben Ito");
  expect(await model.chanceOfSpeaking(ben)).toBeUndefined();
});

test("a model that does not say how it wants to be asked is an error, unless a template lies beside it", async () => {
  await expect(open(gguf)).rejects.toMatchObject({
    message: expect.stringContaining("carries no chat template"),
    fix: expect.stringContaining("--format dolly-v1"),
  });
  const folder = await mkdtemp(path.join(tmpdir(), "persona models "));
  const copy = path.join(folder, "Tiny-Instruct.Q8_0.gguf");
  await copyFile(gguf, copy);
  await writeFile(path.join(folder, "tokenizer_config.json"), JSON.stringify({ chat_template: chatML }));

  expect((await open(copy)).about).toBe("Tiny-Instruct, stored as Q8_0, asked by its own chat template");
});

async function open(file: string, chosen: Chosen<typeof replyChoices> = {}): Promise<Persona> {
  const model = await openInstructionModel(file, {
    settings: instructionSettings({ gpu: "cpu", ...chosen }),
  });
  onTestFinished(() => model.close());
  return model;
}

function tokenizerOf(model: Persona): Promise<Tokenizer> {
  return model.withModel(async ({ tokenizer }) => tokenizer);
}

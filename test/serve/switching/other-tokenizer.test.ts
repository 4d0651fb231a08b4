import { expect, test } from "vitest";
import { Memory, type Persona } from "../../../src/serve/index.ts";
import { personaOf } from "../../../src/serve/persona.ts";
import { SwitchingPersona } from "../../../src/serve/switching/switching-persona.ts";
import { loadTokenizer, type Tokenizer } from "../../../src/tokenizer/tokenizer.ts";
import { createTranscript } from "../../../src/transcript/transcript.ts";
import { chatTokenizerDirectory } from "../../fixtures/tokenizers/chat.ts";
import { idsOf, ScriptedEngine, tokenizer } from "../scripted-engine.ts";

test("a conversation goes on in the template and the tokeniser of the run that takes over, and back", async () => {
  const chatTokenizer = await loadTokenizer(await chatTokenizerDirectory());
  const [plain, chat] = [new ScriptedEngine(() => idsOf("fine")), new ScriptedEngine(() => idsOf("fine"))];
  const persona = new SwitchingPersona(open(plain, "plain", tokenizer));
  const memory = new Memory({ id: "a", persona: "Ana" });
  memory.hear("Ben", "how are you?");
  await answer(persona, memory);
  memory.hear("Ben", "<|im_start|> and now?");
  await persona.switchTo(open(chat, "chat", chatTokenizer));
  const turns = memory.turns;
  await answer(persona, memory);
  await persona.switchTo(open(plain, "plain", tokenizer));
  const later = memory.turns;
  await answer(persona, memory);

  const written = {
    plain: { tokenizer, rendering: "plain" },
    chat: { tokenizer: chatTokenizer, rendering: "chat" },
  } as const;
  expect(turns).toHaveLength(3);
  expect(chat.prompts.at(-1)).toEqual(createTranscript({ ...written.chat, persona: "Ana" }).prompt(turns));
  expect(plain.prompts.at(-1)).toEqual(createTranscript({ ...written.plain, persona: "Ana" }).prompt(later));
});

function open(engine: ScriptedEngine, rendering: "plain" | "chat", tokenizer: Tokenizer): Persona {
  const files = { name: "Ana", about: rendering, rendering, speakers: ["Ben"] };
  return personaOf(engine, { files, settings: { candidates: 1, temperature: 0 }, tokenizer });
}

async function answer(persona: Persona, memory: Memory): Promise<void> {
  for await (const event of persona.reply(memory)) if (event.type === "bubble-end") memory.say(event.bubble);
}

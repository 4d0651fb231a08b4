import { expect, test } from "vitest";
import { type Memory, type Persona, restingPersona } from "../../src/serve/index.ts";
import { memoryOf } from "./memory-of.ts";
import { idsOf, personaWith, ScriptedEngine, textOf, turn } from "./scripted-engine.ts";

const restingWords = "I'm learning.";
const files = {
  name: "Ana Lima",
  about: "a test",
  gguf: "",
  tokenizerDirectory: "",
  rendering: "plain" as const,
  speakers: ["Ben Ito"],
};

test("a persona at rest says so once in each conversation, and hears what else it is told", async () => {
  const persona = restingPersona(files, restingWords);
  const [first, other] = [memoryOf([turn("Ben Ito", "hi")], "a"), memoryOf([turn("Ben Ito", "hi")], "b")];

  expect(await answered(persona, first)).toEqual([restingWords]);
  first.hear("Ben Ito", "until when?");
  expect(await answered(persona, first)).toEqual([]);
  expect(await answered(persona, other)).toEqual([restingWords]);
  expect([persona.labelOf("Ben Ito"), persona.labelOf("Cleo")]).toEqual(["Ben Ito", "Friend"]);
});

test("what it heard at rest is answered together once it has a model, which does not see that it rested", async () => {
  const memory = memoryOf([turn("Ben Ito", "are you in?")], "a");
  await answered(restingPersona(files, restingWords), memory);
  memory.hear("Ben Ito", "or not?");
  const engine = new ScriptedEngine(() => idsOf("I am"));

  expect(await answered(personaWith(engine, { restingWords }), memory)).toEqual(["I am"]);
  expect(textOf(engine.prompts[0] as number[])).toContain("are you in?\nor not?");
  expect(memory.turns).toHaveLength(2);
});

async function answered(persona: Persona, memory: Memory): Promise<string[]> {
  const said: string[] = [];
  for await (const event of persona.reply(memory)) if (event.type === "bubble-end") said.push(event.bubble);
  for (const bubble of said) memory.say(bubble);
  return said;
}

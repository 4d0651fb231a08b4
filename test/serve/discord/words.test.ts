import { expect, test } from "vitest";
import { discordChoices, discordWords, sectionOf, withDefaults } from "../../../src/choices/index.ts";
import { StateFile } from "../../../src/serve/discord/people/index.ts";
import { sayingIn } from "../../../src/serve/discord/words.ts";
import { ids } from "../../discord-server/index.ts";
import { answered, connect, contents, eventually } from "./connect.ts";
import { settingsWith } from "./settings-with.ts";

const portuguese = {
  ai: "IA",
  introduction: "Antes de falarmos: sou uma {ai} que escreve como {name}, e não {name}. /about diz mais.",
  about: "Sou uma {ai} que escreve como {name}; não sou {name}, e invento coisas ({about}).",
  neverTrained: "Nada do que aqui leio serve para treinar um modelo.",
  forgotten: "Esquecido. De que falávamos?",
  paused: "Estou a fazer uma pausa.",
  tooMuch: "Tanta coisa de uma vez! Dá-me uns minutos.",
  optoutDone: "Esqueci o que disseste, e já não te ouço. /optin desfaz isso.",
  optedOut: "Pediste-me que não te ouvisse. /optin desfaz isso.",
};

test("friends are told in the owner's words what the bot is, by commands too, and in English what has no other words", async () => {
  const settings = settingsWith({ words: portuguese });
  const { server } = await connect({ settings, state: new StateFile(undefined, () => {}) });
  const ben = server.friend("Ben");
  ben.says("hi");
  await server.untilSaid("Friend: hi");
  for (const [index, command] of ["about", "reset", "stop", "optout", "stop"].entries()) {
    server.command(command, ids.direct);
    await answered(server, index + 1);
  }

  expect(contents(server)[0]).toBe(
    "Antes de falarmos: sou uma IA que escreve como Ana, e não Ana. /about diz mais.",
  );
  expect(server.answers[0]).toMatch(
    /^Sou uma IA que escreve como Ana; não sou Ana, e invento coisas \(run 1234, trained on gpt2-large\)\. I run on .* Nada do que aqui leio serve para treinar um modelo\.\n\/optout: I no longer hear you\./,
  );
  expect(server.answers.slice(1)).toEqual([
    portuguese.forgotten,
    "I was not saying anything.",
    portuguese.optoutDone,
    portuguese.optedOut,
  ]);
});

test("whoever writes too much is told so in the owner's words, and in others once they have changed", async () => {
  let settings = settingsWith({ words: portuguese, perPerson: 1 })();
  const { server } = await connect({ settings: () => settings });
  for (const words of ["one", "two"]) server.friend("Ben").says(words);
  await eventually(() => expect(contents(server)).toContain(portuguese.tooMuch));
  settings = settingsWith({ perPerson: 1 })();
  for (const words of ["three", "four"]) server.friend("Zoe").says(words);

  await eventually(() => expect(contents(server)).toContain(discordWords.tooMuch.text));
});

test("what is filled in is never filled in again, and braces of others stay", () => {
  const words = { nothingToSay: "{name} cala-se {" };
  const say = sayingIn(settingsWith({ words }));

  expect(say("nothingToSay", { name: "{ai} $& {name}" })).toBe("{ai} $& {name} cala-se {");
});

test("every English sentence may stand in persona.json as it is, and null is the usual one", () => {
  const sentences = Object.entries(discordWords).map(([name, { text }]) => [name, text]);
  const read = (words: object) =>
    withDefaults(discordChoices, sectionOf(discordChoices).parse({ words })).words;

  expect(read(Object.fromEntries(sentences))).toEqual(Object.fromEntries(sentences));
  expect(read({ paused: null })).toEqual({});
});

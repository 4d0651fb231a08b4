import { expect, test } from "vitest";
import { Memory, type Persona } from "../../../src/serve/index.ts";
import { SwitchingPersona } from "../../../src/serve/switching/switching-persona.ts";

type Event = ReturnType<Persona["reply"]> extends AsyncGenerator<infer E> ? E : never;

test("a reply ends with the model that it began with, and the next one has the other", async () => {
  const [first, second] = [slow("first"), slow("second")];
  const persona = new SwitchingPersona(first.persona);
  const begun = sayAll(persona);
  await first.hasBegun;
  const switched = persona.switchTo(second.persona);
  second.goOn();
  expect(await sayAll(persona)).toEqual(["second 1", "second 2"]);
  expect(first.isClosed()).toBe(false);
  first.goOn();

  expect(await begun).toEqual(["first 1", "first 2"]);
  await switched;
  expect([first.isClosed(), second.isClosed()]).toEqual([true, false]);
  expect(persona.about).toBe("second");
  await persona.close();
  expect(second.isClosed()).toBe(true);
});

test("a reply that was asked for but not begun has the model of its beginning", async () => {
  const [first, second] = [slow("first"), slow("second")];
  const persona = new SwitchingPersona(first.persona);
  const asked = persona.reply(nothingSaid());
  await persona.switchTo(second.persona);
  second.goOn();

  expect(await bubblesOf(asked)).toEqual(["second 1", "second 2"]);
});

test("a reply that nobody reads to its end is over", async () => {
  const [first, second] = [slow("first"), slow("second")];
  const persona = new SwitchingPersona(first.persona);
  for await (const _ of persona.reply(nothingSaid())) break;

  await persona.switchTo(second.persona);
  expect(first.isClosed()).toBe(true);
});

test("one model after the other is closed, however quickly they follow", async () => {
  const all = ["first", "second", "third"].map(slow);
  const [first, second, third] = all.map(({ persona }) => persona) as [Persona, Persona, Persona];
  const persona = new SwitchingPersona(first);
  await Promise.all([persona.switchTo(second), persona.switchTo(third)]);

  expect(all.map(({ isClosed }) => isClosed())).toEqual([true, true, false]);
});

/** A persona that says one bubble, and another once it may. */
function slow(name: string) {
  let isClosed = false;
  let begin = () => {};
  let goOn = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const persona: Persona = {
    name: "Ana",
    about: name,
    engine: "a test",
    forget: () => {},
    note: async () => undefined,
    async *replies() {},
    chanceOfSpeaking: async () => undefined,
    weigh: async () => undefined,
    withModel: () => Promise.reject(new Error("there is no model")),
    labelOf: () => "Friend",
    async *reply() {
      yield { type: "bubble-end", bubble: `${name} 1` };
      begin();
      await mayGoOn;
      yield { type: "bubble-end", bubble: `${name} 2` };
    },
    async close() {
      isClosed = true;
    },
  };
  return { persona, hasBegun, goOn, isClosed: () => isClosed };
}

function sayAll(persona: Persona): Promise<string[]> {
  return bubblesOf(persona.reply(nothingSaid()));
}

async function bubblesOf(events: AsyncGenerator<Event>): Promise<string[]> {
  const bubbles: string[] = [];
  for await (const event of events) if (event.type === "bubble-end") bubbles.push(event.bubble);
  return bubbles;
}

function nothingSaid(): Memory {
  return new Memory({ id: "a", persona: "Ana" });
}

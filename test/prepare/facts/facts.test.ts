import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createFacts,
  type Facts,
  mergeFacts,
  type ObservedMessage,
  type ObservedThread,
  observeConversation,
} from "../../../src/prepare/facts/index.ts";
import { anyConversations, at, pair, persona } from "./conversations.ts";

const bounded = { numRuns: 60, seed: 3 };

test("the order of merging does not show: commutative and associative", () => {
  fc.assert(
    fc.property(anyConversations(), anyConversations(), anyConversations(), (one, two, three) => {
      const [a, b, c] = [one, two, three].map(factsOf) as [Facts, Facts, Facts];

      expect(merged(a, b)).toEqual(merged(b, a));
      expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)));
    }),
    bounded,
  );
});

test("facts of nothing change nothing, and merging leaves what it reads as it was", () => {
  fc.assert(
    fc.property(anyConversations(), (conversations) => {
      const facts = factsOf(conversations);
      const before = structuredClone(facts);

      expect(merged(facts, createFacts({ persona, timeZone: "UTC" }))).toEqual(before);
      mergeFacts(createFacts({ persona, timeZone: "UTC" }), facts);
      expect(facts).toEqual(before);
    }),
    bounded,
  );
});

test("threads counted apart and merged are threads counted together", () => {
  fc.assert(
    fc.property(anyConversations(), (conversations) => {
      const ids = [...new Set(conversations.map(([{ id }]) => id))];
      const apart = ids.map((id) => factsOf(conversations.filter(([thread]) => thread.id === id)));

      expect(apart.reduce(merged, createFacts({ persona, timeZone: "UTC" }))).toEqual(factsOf(conversations));
    }),
    bounded,
  );
});

test("facts survive JSON, and go on counting afterwards", () => {
  fc.assert(
    fc.property(anyConversations(), anyConversations(), (one, two) => {
      const direct = factsOf([...one, ...two]);
      const revived: Facts = JSON.parse(JSON.stringify(factsOf(one)));
      for (const [thread, conversation] of two) observeConversation(revived, thread, conversation);

      expect(revived).toEqual(direct);
    }),
    bounded,
  );
});

test("words that objects inherit are counted like any other", () => {
  const facts = factsOf([[pair("ben"), [at(0, persona, "constructor constructor hasownproperty")]]]);

  expect(Object.entries(facts.words).map(([word, [own, others]]) => [word, own, others])).toEqual([
    ["constructor", 2, 0],
    ["hasownproperty", 1, 0],
  ]);
});

test("one thread's facts stay small, and frequent words survive the pruning", () => {
  const facts = createFacts({ persona, timeZone: "UTC" });
  for (let index = 0; index < 600; index++) {
    const rare = Array.from({ length: 1_200 }, (_, word) => letters(index * 1_200 + word)).join(" ");
    observeConversation(facts, pair("ben"), [at(index * 86_400, persona, `${rare} always`)]);
  }

  expect(Object.keys(facts.words).length).toBeLessThanOrEqual(10_000);
  // The first two conversations, and one in 32 of the others.
  expect(facts.words.always?.[0]).toBeGreaterThanOrEqual(20);
  expect(facts.counts.persona.words).toBeGreaterThan(20_000);
  expect(JSON.stringify(facts).length).toBeLessThan(400_000);
});

test("facts of another persona or zone are not merged", () => {
  const lisbon = createFacts({ persona, timeZone: "Europe/Lisbon" });

  expect(() => mergeFacts(createFacts({ persona, timeZone: "UTC" }), lisbon)).toThrow("timeZone");
  expect(() => mergeFacts(createFacts({ persona: "Ben", timeZone: "Europe/Lisbon" }), lisbon)).toThrow(
    "persona",
  );
});

test("a time zone that does not exist is refused by name", () => {
  expect(() => createFacts({ persona, timeZone: "Europe/Lisboa" })).toThrow(
    'There is no time zone called "Europe/Lisboa".',
  );
});

test("times that cannot be are no times", () => {
  const strange = [0, -1e15, 9e15, Number.NaN].map((sentAt) => at(0, persona, "hi", { sentAt }));
  const facts = factsOf([[pair("ben"), strange]]);

  expect(facts.counts.persona.messages).toBe(4);
  expect(facts.counts.days).toEqual({});
});

function factsOf(conversations: [ObservedThread, ObservedMessage[]][]): Facts {
  const facts = createFacts({ persona, timeZone: "UTC" });
  for (const [thread, conversation] of conversations) observeConversation(facts, thread, conversation);
  return facts;
}

function merged(one: Facts, other: Facts): Facts {
  const sum = structuredClone(one);
  mergeFacts(sum, other);
  return sum;
}

/** A word for a number, without digits. */
function letters(number: number): string {
  return [...number.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join("");
}

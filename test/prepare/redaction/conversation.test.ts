import fc from "fast-check";
import { expect, test } from "vitest";
import {
  countryOfLocale,
  createRedactor,
  type Replaced,
  readOwnRules,
} from "../../../src/prepare/redaction/index.ts";
import { canaryRules, plantedCanaries } from "../canaries.ts";

test("equal values have equal placeholders within a conversation, however they are written", () => {
  const redact = createRedactor({ country: "PT" }).openConversation();
  const texts = [
    "912 345 678",
    "or 213456789?",
    "no, +351 912-345-678",
    "912345678",
    "Ana@Example.org ana@example.org",
  ];

  expect(texts.map(redact)).toEqual([
    "[phone]",
    "or [phone 2]?",
    "no, [phone]",
    "[phone]",
    "[email] [email]",
  ]);
});

test("another conversation starts anew", () => {
  const redactor = createRedactor({ country: "PT" });
  redactor.openConversation()("912345678 213456789");

  expect(redactor.openConversation()("213456789")).toBe("[phone]");
});

test("counts say how often each kind was found, and nothing else", () => {
  const redactor = createRedactor({ country: "PT" });
  const redact = redactor.openConversation();
  for (const text of ["912345678", "912345678 or ana@example.org", "hello"]) redact(text);

  expect(JSON.parse(JSON.stringify(redactor.counts))).toEqual({ phone: 2, email: 1 });
});

test("the owner can be shown what was replaced, as it was typed", () => {
  const shown: Replaced[] = [];
  const redact = createRedactor({
    country: "PT",
    onFound: (replaced) => shown.push(replaced),
  }).openConversation();
  redact("９１２ ３４５ ６７８ and ana@example.org");

  expect(shown).toEqual([
    { kind: "phone", words: "９１２ ３４５ ６７８", placeholder: "[phone]" },
    { kind: "email", words: "ana@example.org", placeholder: "[email]" },
  ]);
});

test("a bubble that answers the question for a password or code goes", () => {
  const redact = createRedactor().openConversation();
  const texts = ["what's the wifi password?", "wait", "horse77b", "thx", "you're late", "horse77b"];

  expect(texts.map(redact)).toEqual([
    "what's the wifi password?",
    "wait",
    "[password]",
    "thx",
    "you're late",
    "horse77b",
  ]);
});

test.each([
  ["a senha?", "é 4815", "é [code]"],
  ["wifi password?", "it's Sunflower99", "it's [password]"],
  ["qual a senha", "acho que é casa1234", "acho que é [password]"],
  ["the code for the door?", "4815#", "[code]#"],
  ["the code for the door?", "I think it’s *4815*", "I think it’s *[code]*"],
  ["le code?", "c'est 4815.", "c'est [code]."],
  ["kod?", "to 4815", "to [code]"],
  ["pin?", "1987", "[code]"],
  ["What's your PIN", "it's 1900", "it's [code]"],
  ["qual é o pin do cartão", "é 2000", "é [code]"],
  ["pin?", "é casa1234", "é [password]"],
])("asked %j, the answer %j goes", (question, answer, redacted) => {
  const redact = createRedactor().openConversation();

  expect([question, answer].map(redact)).toEqual([question, redacted]);
});

test.each([
  ["wifi password?", "it's 2019"],
  ["wifi password?", "it's broken"],
  ["the code?", "acho que é amanhã"],
  ["the code?", "é 20"],
  ["the code?", "it is on page 4815"],
  ["my pin on the map", "1987"],
  ["pin?", "I was born in 1987"],
  ["hey", "it's 4815"],
])("after %j, %j stays", (said, text) => {
  const redact = createRedactor().openConversation();

  expect([said, text].map(redact)).toEqual([said, text]);
});

test("what was redacted stays as it is when it is redacted again", () => {
  const fragments = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...typed) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 10 ** 12 }).map(String) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 500 }).map((index) => canaries[index]?.text ?? "") },
  );
  const redactor = createRedactor({ country: "PT", ownRules: readOwnRules(canaryRules, "redact.txt") });
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 12 }), (pieces) => {
      const once = redactor.openConversation()(pieces.join(""));

      expect(redactor.openConversation()(once)).toBe(once);
    }),
    { numRuns: 1500, seed: 2026 },
  );
});

test("an owner's rule that names a placeholder's word leaves placeholders whole", () => {
  const ownRules = readOwnRules("phone\n/[a-z]+/i", "redact.txt");
  const redact = createRedactor({ country: "PT", ownRules }).openConversation();

  expect(redact("912345678 [link 2] 5")).toBe("[phone] [link 2] 5");
});

test("texts that are no well-formed Unicode come back with what was not private", () => {
  const redact = createRedactor({ country: "PT" }).openConversation();
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom("\ud835", "\udfce", ""),
      (text, half) => {
        expect(redact(`${half}hey${text}`)).toMatch(/hey|\[/);
      },
    ),
    { numRuns: 300, seed: 2026 },
  );
});

test("a text without anything private comes back as the same string", () => {
  const redact = createRedactor({ country: "PT" }).openConversation();
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("hey", "ok", "não", "amanhã", "lol", "!", "?", "haha"), { maxLength: 20 }),
      (words) => {
        const text = words.join(" ");

        expect(redact(text)).toBe(text);
      },
    ),
    { numRuns: 200, seed: 2026 },
  );
});

test("the country comes from a locale, and an unknown one is refused", () => {
  expect(countryOfLocale("pt-BR")).toBe("BR");
  expect(countryOfLocale("pl")).toBe("PL");
  expect(() => createRedactor({ country: "XX" })).toThrow(
    '"XX" is not a country whose telephone numbers are known.',
  );
});

const canaries = plantedCanaries(3, 501);
const typed = [
  ..."0 1 9 + - . : / @ ( ) [ ] = , # %".split(" "),
  ...[
    " ",
    "  ",
    "\n",
    "\u200b",
    "٣",
    "[phone]",
    "[phone 2]",
    "[code]",
    "password",
    "code",
    "senha: ",
    "is",
    "http://",
  ],
  ...["www.", "a.com", "Rua ", "Street", "IBAN ", "PT50", "ana", "912", "2020-", "$", "at", "dot", "zq", "é"],
];

import { expect, test } from "vitest";
import { countryOfLocale, createRedactor, readOwnRules } from "../../../src/prepare/redaction/index.ts";
import { canaryRules, plantedCanaries } from "../canaries.ts";

const ownRules = readOwnRules(canaryRules, "redact.txt");

test.each([
  { country: "PT", count: 11_000 },
  { country: countryOfLocale(), count: 2_200 },
  { country: "US", count: 2_200 },
  { country: "DE", count: 2_200 },
  { country: "DK", count: 2_200 },
])("none of $count planted values survives, country $country", ({ country, count }) => {
  const redactor = createRedactor({ country, ownRules });
  const redact = redactor.openConversation();
  const canaries = plantedCanaries(2026, count);
  const survivors = canaries.filter(({ text, value }) => redact(text).includes(value));

  expect(survivors).toEqual([]);
  expect(Object.keys(redactor.counts).toSorted()).toEqual(
    [...new Set(canaries.map(({ kind }) => kind))].toSorted(),
  );
});

test("not even the longest digits of a planted value survive", () => {
  const redact = createRedactor({ country: "PT", ownRules }).openConversation();
  const survivors = plantedCanaries(7, 5_500).filter(({ text, kind }) => {
    if (["link", "email", "address"].includes(kind)) return false;
    return /\p{Nd}{4}/u.test(redact(text).replaceAll(/\[[a-z]+ \d+\]/g, ""));
  });

  expect(survivors).toEqual([]);
});

test("the words around a planted value stay", () => {
  const canaries = plantedCanaries(11, 5_500);
  const changed = canaries.filter(({ text, value }) => {
    const redacted = createRedactor({ country: "PT", ownRules }).openConversation()(text);
    return redacted.replace(/\[[a-z]+\]/, value) !== text;
  });

  expect(changed.length / canaries.length).toBeLessThan(0.01);
});

test("canaries are the same for the same seed, and each is unique", () => {
  const canaries = plantedCanaries(1, 1000);

  expect(plantedCanaries(1, 1000)).toEqual(canaries);
  expect(new Set(canaries.map(({ value }) => value)).size).toBe(1000);
});

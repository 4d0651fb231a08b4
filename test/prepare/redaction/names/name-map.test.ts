import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createNameMap,
  type NameMapOptions,
  optedOutLabel,
} from "../../../../src/prepare/redaction/index.ts";
import { loadTokenizer } from "../../../../src/tokenizer/tokenizer.ts";

const tokenizer = await loadTokenizer();
const tokensOf = (text: string) => tokenizer.encode(text).length;
const persona = "Inês Duarte";
const people = [
  persona,
  "Ben Carter",
  "Ben Smith",
  "Will",
  "Rose Tyler",
  "Ana Maria Costa",
  "Zé",
  "J",
  "Мария Иванова",
  "王小明",
  "김민수",
  "محمد علي",
  "Sam (work) [x]",
  "C. O'Neill+",
  "...",
  "😎😎",
];

describe("invented names", () => {
  test("are nobody's, are each one person's, and are the same in whatever order people come", () => {
    const names = mapOf("invented", people);
    const shuffled = mapOf("invented", people.toReversed());
    const labels = people.map((name) => names.label(name));

    expect(new Set(labels).size).toBe(people.length);
    expect(labels.filter((label) => people.includes(label))).toEqual([persona]);
    expect(people.map((name) => shuffled.label(name))).toEqual(labels);
  });

  test("share no word with a real name", () => {
    const names = mapOf("invented", ["Adam King", "Clara Wood", "Luke Fox", "Nina Hart"]);
    const words = ["Adam King", "Clara Wood", "Luke Fox", "Nina Hart"].flatMap((name) =>
      names.label(name).split(" "),
    );

    expect(words.filter((word) => /^(Adam|King|Clara|Wood|Luke|Fox|Nina|Hart)$/.test(word))).toEqual([]);
  });

  test("cost no more tokens than the real ones", () => {
    const names = mapOf("invented", people);
    const dearer = people.filter((name) => tokensOf(names.label(name)) > tokensOf(name));

    expect(dearer).toEqual([]);
  });

  test("keep the script where it has names that fit, and the number of words", () => {
    const names = mapOf("invented", people);

    expect(names.label("Мария Иванова")).toMatch(/^\p{sc=Cyrillic}+ \p{sc=Cyrillic}+$/u);
    expect(names.label("محمد علي")).toMatch(/^\p{sc=Arabic}+ \p{sc=Arabic}+$/u);
    expect(names.label("王小明")).toMatch(/^\p{sc=Han}+$/u);
    expect(names.label("김민수")).toMatch(/^\p{sc=Hangul}+$/u);
    expect(names.label("Ben Carter")).toMatch(/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u);
    expect(names.label("Zé")).not.toContain(" ");
  });

  test("never run out, collide or depend on order, whatever the names", () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
      fc.constantFrom("Adam", "Ben", "Amy Hall", "Leo", "Max Fox", "李伟", "Zoe"),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 40 }), (drawn) => {
        const names = mapOf("invented", drawn);
        const again = mapOf("invented", drawn.toReversed());
        const others = drawn.filter((one) => one !== persona);
        const labels = others.map((one) => names.label(one));

        expect(new Set(labels.map((label) => label.toLowerCase())).size).toBe(others.length);
        expect(labels.filter((label) => drawn.includes(label))).toEqual([]);
        expect(others.map((one) => again.label(one))).toEqual(labels);
      }),
      { numRuns: 40, seed: 2026 },
    );
  });

  test("are there for three thousand people with one word each", () => {
    const crowd = Array.from({ length: 3000 }, (_, index) => `P${index.toString(36)}x`);
    const names = mapOf("invented", crowd);

    expect(new Set(crowd.map((name) => names.label(name))).size).toBe(3000);
  });

  test("change for few people when one more joins", () => {
    const crowd = Array.from({ length: 300 }, (_, index) => `Person${index} Family${index}`);
    const before = mapOf("invented", crowd);
    const after = mapOf("invented", [...crowd, "New Comer"]);
    const changed = crowd.filter((name) => before.label(name) !== after.label(name));

    expect(changed.length).toBeLessThan(10);
  });

  test("another seed invents others", () => {
    const other = createNameMap({ mode: "invented", persona, people, tokensOf, seed: "another" });

    expect(other.label("Ben Carter")).not.toBe(mapOf("invented", people).label("Ben Carter"));
  });
});

describe("initials", () => {
  test("are told apart by a number", () => {
    const names = mapOf("initials", [persona, "Ben Carter", "Bea Costa", "王小明", "B. C. 2"]);
    const labels = ["Ben Carter", "Bea Costa"].map((name) => names.label(name));

    expect(labels.toSorted()).toEqual(["B. C.", "B. C. 3"]);
    expect(names.label("王小明")).toBe("王.");
    expect(names.label(persona)).toBe(persona);
  });
});

describe("names in texts", () => {
  const names = mapOf("invented", people);
  const [ben, rose, maria] = ["Ben Carter", "Rose Tyler", "Мария Иванова"].map((name) => names.label(name));
  const [benFirst = ""] = ben?.split(" ") ?? [];
  const conversation = [persona, "Ben Carter", "Will", "Rose Tyler", "J"];

  test.each([
    ["I saw Ben Carter there", `I saw ${ben} there`],
    ["Ben  Carter's dog", `${ben}'s dog`],
    ["ben carter", ben?.toLowerCase()],
    ["BEN CARTER!", `${ben?.toUpperCase()}!`],
    ["Ben's here, Ben?", `${benFirst}'s here, ${benFirst}?`],
    ["(Ben)", `(${benFirst})`],
    ["Rose Tyler called", `${rose} called`],
    ["(Мария Иванова)", `(${maria})`],
    ["я и 王小明去", `я и ${names.label("王小明")}去`],
    ["김민수는", `${names.label("김민수")}는`],
    [
      "Ana Costa and Ana Maria Costa",
      `${names.label("Ana Maria Costa")} and ${names.label("Ana Maria Costa")}`,
    ],
    ["Sam (work) [x] said", `${names.label("Sam (work) [x]")} said`],
    ["ask C. O'Neill+ ok", `ask ${names.label("C. O'Neill+")} ok`],
  ])("%s", (text, expected) => {
    expect(names.inText(text, conversation)).toBe(expected);
  });

  test.each([
    "Will you come? Rose is my colour",
    "ben is turkish for I",
    "Benjamin, Carter and Bent",
    "J, ok... 😎😎 wait",
    "Ana is not in this conversation",
    "Inês Duarte and Inês stay",
  ])("%s", (text) => {
    expect(names.inText(text, conversation)).toBe(text);
  });

  test.each([
    ["Jean-Pierre Roux", "merci Jean-Pierre, et Jean Pierre!", "merci {}, et {}!"],
    ["Jean-Pierre Roux", "MERCI JEAN-PIERRE", "MERCI {}"],
    ["🌸 Joana Silva", "a Joana veio", "a {} veio"],
    ["🌸 Joana Silva", "a joana silva veio", "a {{}} veio"],
    ["🌸 Joana Silva", "a 🌸 Joana Silva veio", "a {{}} veio"],
    ["🌸Rui", "o Rui veio", "o {} veio"],
    ["Joana Silva ✨", "Joana Silva veio", "{{}} veio"],
    ["🌸 王小明", "我和王小明去", "我和{{}}去"],
    ["Dr. Pedro Alves", "ask Pedro or Pedro Alves", "ask {} or {{}}"],
    ["Prof.ª Dr.ª Sónia Reis", "a Sónia e a Sonia", "a {} e a {}"],
    ["João Ação", "Joao Acao and João Ação and Joao", "{{}} and {{}} and {}"],
    ["Łukasz Żak", "Lukasz, lukasz zak", "{}, {{}}"],
    ["Tomás Léa Ö", "Tomás, tomas lea o", "{}, {{}}"],
  ])("%s in %j", (name, text, expected) => {
    for (const mode of ["invented", "initials"] as const) {
      const names = mapOf(mode, [persona, name]);
      const label = names.label(name);
      const [first = ""] = label.split(" ");
      const replaced = expected.replaceAll("{{}}", label).replaceAll("{}", first);

      expect(names.inText(text, [name]).toLowerCase()).toBe(replaced.toLowerCase());
    }
  });

  test.each([
    ["Jean-Pierre Roux", "Jean, Pierre; Jean-Pierrette; jean-pierre"],
    ["🌸 Will Silva", "Will you come? Silva"],
    ["An Nguyen", "An apple. An hour"],
    ["Dr. Pedro Alves", "Dr. Alves, pedro"],
    ["Tomás Reis", "Tomas café?"],
    ["Sara Lima", "Sará"],
    ["Joao Lima", "joao, Joaos"],
    ["Zoë", "zoe"],
    ["Dr. 🌸", "Dr. No"],
  ])("%s is not in %j", (name, text) => {
    expect(mapOf("invented", [persona, name]).inText(text, [name])).toBe(text);
  });

  test("the one whose name has no accents is meant where there are none", () => {
    const both = ["Joao Lima", "João Lima"];
    const names = mapOf("invented", [persona, ...both]);

    expect(both.map((name) => names.inText(name, both))).toEqual(both.map((name) => names.label(name)));
    expect(both.map((name) => names.inText(name.split(" ")[0] ?? "", both))).toEqual(
      both.map((name) => names.label(name).split(" ")[0]),
    );
  });

  test("the persona's first name stays, whoever else has it with other accents", () => {
    const names = mapOf("invented", [persona, "Ines Rocha"]);

    expect(names.inText("Ines, Inês", ["Ines Rocha"])).toBe("Ines, Inês");
  });

  test("of two who share half of a first name, each keeps their own", () => {
    const both = ["Jean Blanc", "Jean-Pierre Roux"];
    const names = mapOf("invented", [persona, ...both]);
    const [jean, pierre] = both.map((name) => names.label(name).split(" ")[0]);

    expect(names.inText("Jean et Jean-Pierre", both)).toBe(`${jean} et ${pierre}`);
  });

  test("a whole name is nowhere left, whatever stands around it", () => {
    const around = fc.string({ unit: fc.constantFrom(..." .,!?'\"()\n😂-".split("")), maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom("Ben Carter", "Мария Иванова", "王小明", "Ana Maria Costa"),
        around,
        around,
        (name, a, b) => {
          expect(names.inText(`hi${a || " "}${name}${b || " "}ok`, [])).not.toContain(name);
        },
      ),
      { numRuns: 300, seed: 2026 },
    );
  });

  test("nothing changes where real names are kept", () => {
    const kept = mapOf("keep", people);

    expect(kept.label("Ben Carter")).toBe("Ben Carter");
    expect(kept.inText("Ben Carter and Ben", conversation)).toBe("Ben Carter and Ben");
  });

  test("a person who was not given is refused without being named; those who opted out have a label", () => {
    expect(names.label(optedOutLabel)).toBe(optedOutLabel);
    expect(() => names.label("Somebody Else")).toThrow(
      "Someone is not among the people whose names were given.",
    );
  });
});

function mapOf(mode: NameMapOptions["mode"], everybody: string[]) {
  return createNameMap({ mode, persona, people: everybody, tokensOf });
}

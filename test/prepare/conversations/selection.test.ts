import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { MaskCode, type Message } from "../../../src/handoffs/index.ts";
import { problemsWithExcluded, requireKnown, requireKnownOrForgotten } from "../../../src/prepare/index.ts";
import { loadTokenizer } from "../../../src/tokenizer/tokenizer.ts";
import {
  chat,
  hour,
  message,
  persona,
  personaBubbles,
  prepare,
  prepareAndRead,
  readConversations,
  storeOf,
  words,
} from "../data-set.ts";

const base = chat("base", 60, "Zoe");

test("threads and people are chosen by name, whatever the case", async () => {
  const store = storeOf([base, chat("ben", 10, "Ben"), chat("cleo", 10, "Cleo")]);
  const excluded = async (options: object) => (await prepare(store, options)).manifest.excluded;

  expect(await excluded({ excludeThreads: ["BEN"] })).toEqual({
    "threads left out by name": { conversations: 10, personaBubbles: 10 },
  });
  expect(await excluded({ excludePeople: ["cleo"] })).toEqual({
    "threads with people who are left out": { conversations: 10, personaBubbles: 10 },
  });
  expect(await excluded({ includePeople: ["Zoe", "Ben"] })).toEqual({
    "threads without the people asked for": { conversations: 10, personaBubbles: 10 },
  });
  expect(await excluded({ includeThreads: ["base"] })).toEqual({
    "threads that were not asked for": { conversations: 20, personaBubbles: 20 },
  });
});

test("held-out replies are measured whole, however many short ones are thinned", async () => {
  const thread = chatOfTwo();
  for (const [index, each] of thread.entries()) if (each.sender === persona) each.text = `yes${index}`;
  const whole = await prepareAndRead(storeOf([thread]), { holdOutShare: 0.2 });
  const thinned = await prepareAndRead(storeOf([thread]), { holdOutShare: 0.2, keepShort: 0.5 });

  expect(personaBubbles(thinned.val)).toEqual(personaBubbles(whole.val));
  expect(thinned.manifest.splits.val.supervisedTokens).toBe(whole.manifest.splits.val.supervisedTokens);
  expect(thinned.manifest.splits.train.supervisedTokens).toBeLessThan(
    whole.manifest.splits.train.supervisedTokens,
  );
});

test("a sentence that is written without spaces is not one word", async () => {
  const thread = chat("sora", 60, "Sora");
  const sentence = (index: number) =>
    String.fromCodePoint(...Array.from({ length: 14 }, (_, place) => 0x4e00 + 14 * index + place));
  for (const [index, each] of thread.entries()) if (each.sender === persona) each.text = sentence(index);
  const { manifest } = await prepareAndRead(storeOf([thread]), { keepShort: 0 });
  for (const each of thread) if (each.sender === persona) each.text = "はい";
  const short = await prepareAndRead(storeOf([thread, chat("ben", 60)]), { keepShort: 0 });

  expect(manifest.excluded).toEqual({});
  expect(short.manifest.excluded).toHaveProperty("replies of one word, thinned out");
});

test("a name that nobody has is refused where it would leave nothing, with the nearest one", async () => {
  await expect(prepare(storeOf([base]), { includePeople: ["Zoee"] })).rejects.toMatchObject({
    message: expect.stringContaining('"Zoee"'),
    fix: expect.stringMatching(/^Did you mean "Zoe"/),
  });
});

test("where nothing is held out, the advice holds for prepare and train alike", async () => {
  await expect(prepare(storeOf([base]), { holdOutShare: 0, holdOutThreadShare: 0 })).rejects.toMatchObject({
    message: expect.stringMatching(/^None of the \d+ turns of "Ana Lima" is held out/),
    fix:
      "Hold out more (prepare.holdOutShare in persona.json, at most 0.5), cut shorter conversations " +
      "(prepare.maxSilenceMinutes), or import more messages.",
  });
});

test("who is to be left out must be known, or is named among those who are not", () => {
  const store = storeOf([base, chat("ben", 10, "Ben")]);

  expect(() =>
    requireKnown(store, { people: ["ben", "ZOE"], threads: ["base"], sections: ["spam"] }),
  ).not.toThrow();
  for (const wrong of [{ people: ["Benn"] }, { threads: ["bse"] }, { sections: ["nonsense"] }])
    expect(() => requireKnown(store, wrong)).toThrow(/is called "(Benn|bse|nonsense)"/);
  expect(() => requireKnownOrForgotten(store, ["ben"], "exclude.people")).not.toThrow();
  expect(() => requireKnownOrForgotten(store, ["Carla"], "exclude.people")).toThrow(
    'exclude.people: nobody in the message store is called "Carla".',
  );
  expect(problemsWithExcluded(store, { threads: ["base"], sections: ["spam", "inbox"] })).toEqual([]);
  expect(problemsWithExcluded(store, { threads: ["bse"], sections: ["filtered_thread"] })).toEqual([
    'exclude.threads: the store has no thread "bse". Did you mean "base"?',
    expect.stringMatching(
      /^exclude\.sections: the store has no section "filtered_thread"\. Did you mean "filtered_threads"/,
    ),
  ]);
});

test("messages outside the dates are counted by bubble, inside a conversation too", async () => {
  const { train, val, manifest } = await prepareAndRead(storeOf([base]), {
    since: 4 * hour * 10,
    until: 4 * hour * 50 + 30_000,
  });
  const own = [...personaBubbles(train), ...personaBubbles(val)];

  expect(own).toEqual(Array.from({ length: 40 }, (_, index) => `mine ${10 + index}`));
  expect(manifest.excluded["messages outside the dates asked for"]?.personaBubbles).toBe(20);
});

test("a section that is left out by default can be taken in", async () => {
  const store = storeOf([base, chat("stranger", 10)]);
  Object.assign(store.threads[1] as object, { section: "message_requests" });

  expect((await prepare(store)).manifest.excluded).toEqual({
    "section message_requests": { conversations: 10, personaBubbles: 10 },
  });
  expect((await prepare(store, { excludedSections: [] })).manifest.excluded).toEqual({});
});

test("a long text is learned three times; what is said again stays as context", async () => {
  const lyrics = words(25, 4);
  const thread = chatOfTwo();
  for (const index of [3, 7, 20, 21, 30]) (thread[4 * index + 1] as Message).text = lyrics;
  const { train, manifest, directory } = await prepareAndRead(storeOf([thread]));
  const said = await learnedTexts(directory);

  expect(personaBubbles(train).filter((bubble) => bubble === lyrics)).toHaveLength(5);
  expect(said.filter((text) => text.includes(lyrics))).toHaveLength(3);
  expect(manifest.excluded).toEqual({
    "copies of a long text after the first 3": { conversations: 0, personaBubbles: 2 },
  });
});

test("thinned one-word replies are context: nothing around them moves, and nothing of them is learned", async () => {
  const thread = chatOfTwo();
  for (let index = 0; index < 60; index++) (thread[4 * index + 1] as Message).text = "ok";
  const { train, manifest, directory } = await prepareAndRead(storeOf([thread]), { keepShort: 0.5 });
  const thinned = manifest.excluded["replies of one word, thinned out"]?.personaBubbles ?? 0;
  const learned = (await learnedTexts(directory)).filter((text) => text.startsWith("ok\n\n"));

  expect(train.map((turns) => turns.map(({ bubbles }) => bubbles[0]))).toEqual(
    Array.from({ length: 57 }, (_, index) => [`question ${index}`, "ok", "and then?", `mine ${index}`]),
  );
  expect(thinned).toBeGreaterThan(20);
  expect(thinned).toBeLessThan(40);
  expect(learned.length).toBeGreaterThanOrEqual(57 - thinned);
  expect(learned.length).toBeLessThanOrEqual(60 - thinned);
});

/** Sixty conversations of two questions and two answers. */
function chatOfTwo(): Message[] {
  return Array.from({ length: 60 }, (_, index) => {
    const at = 4 * hour * index;
    return [
      message("ben", "Ben", `question ${index}`, at),
      message("ben", persona, "first", at + 60_000),
      message("ben", "Ben", "and then?", at + 120_000),
      message("ben", persona, `mine ${index}`, at + 180_000),
    ];
  }).flat();
}

test("of two people whose names differ by a capital letter, both opt out", async () => {
  const group = ["Ben Ito", "ben ito"].flatMap((name, place) =>
    chat("group", 60, name).map((each) => ({ ...each, sentAt: (each.sentAt ?? 0) + place * 1000 })),
  );
  for (const optedOut of [["Ben Ito"], ["ben ito"], ["Ben Ito", "ben ito"]]) {
    const { manifest } = await prepareAndRead(storeOf([group, base]), { optedOut, neutralLabelShare: 0 });
    expect(manifest.speakers).toEqual(["Zoe"]);
  }
});

test("what was said to nobody but friends who opted out is not counted among the persona's habits", async () => {
  const counted = async (threads: Message[][], optedOut: string[]) => {
    const { directory } = await prepare(storeOf(threads), { optedOut });
    return JSON.parse(await readFile(path.join(directory, "style.json"), "utf8"));
  };

  expect(await counted([base, chat("ben", 60, "Ben")], ["Ben"])).toEqual(await counted([base], []));
});

test("of friends who opted out, neither words nor name remain", async () => {
  const group = [
    message("group", "Ben", "remember the umbrella", 0),
    message("group", "Ben", "and the tickets", 1000),
    message("group", persona, "sure", 2000),
    message("group", "Cleo", "great", 3000),
    message("group", persona, "see you", 4000),
  ];
  const { train } = await prepareAndRead(storeOf([group, base]), { optedOut: ["BEN"], neutralLabelShare: 0 });
  const text = JSON.stringify(train);

  expect(train[0]?.map(({ speaker, bubbles }) => [speaker, ...bubbles])).toEqual([
    ["Someone", "[message]"],
    [persona, "sure"],
    ["Cleo", "great"],
    [persona, "see you"],
  ]);
  expect(text).not.toMatch(/umbrella|tickets|Ben/);
});

/** What the persona is supervised on, conversation by conversation. */
async function learnedTexts(directory: string): Promise<string[]> {
  const tokenizer = await loadTokenizer();
  return (await readConversations(directory, "train")).map(({ tokens, mask }) =>
    tokenizer.decode(tokens.filter((_, index) => mask[index] === MaskCode.persona)),
  );
}

import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { makeEmbedder, openEmbedder } from "../../src/evaluate/embedder.ts";
import { judgeFitting } from "../../src/evaluate/fitting.ts";
import type { Reply } from "../../src/evaluate/replies.ts";

/** Questions about different things, each with an answer. */
const talks = [
  ["did you feed the cat this morning?", "yes, she was meowing at her bowl"],
  ["which train do you take to Berlin?", "the early one, it leaves the station at six"],
  ["how do you make the tomato soup?", "onions and garlic first, then the tinned tomatoes"],
  ["is your knee any better?", "the doctor says it needs two more weeks of rest"],
  ["who won the football match?", "they lost by two goals, terrible game"],
  ["what should I read next?", "that novel about the lighthouse, best book I know"],
  ["will it rain on sunday?", "the forecast says sunny with a bit of wind"],
  ["can you fix my laptop?", "the battery is dead, buy a new computer"],
  ["did the baby sleep?", "woke up three times and cried all night"],
  ["how much is the rent?", "nine hundred a month for two rooms"],
] as const;
const embedder = await openEmbedder(() => {});

test("texts about the same are closer than others, and each vector has length 1", async () => {
  const [cat, kitten, rent] = (await embedder.embed([
    "the cat sleeps on the sofa",
    "a kitten naps on the couch",
    "nine hundred a month for two rooms",
  ])) as [number[], number[], number[]];

  expect(product(cat, cat)).toBeCloseTo(1, 4);
  expect(product(cat, kitten)).toBeGreaterThan(product(cat, rent) + 0.3);
});

test("a text has one vector, whatever it is embedded beside", async () => {
  const texts = talks.flat();
  const together = await embedder.embed(texts);
  const [alone] = await embedder.embed([texts[7] as string]);

  expect(product(together[7] as number[], alone as number[])).toBeCloseTo(1, 4);
});

test("replies to their own context are told from those to another one, and from those that answer nothing", async () => {
  const fitting = await judgeFitting(
    [
      ...talks.map(([said, answer], index) => reply("real", index, said, answer)),
      ...talks.map(([said], index) => reply("run", index, said, talks[(index + 3) % talks.length]?.[1])),
      ...talks.map(([said, answer], index) => reply("served", index, said, answer)),
      ...talks.map(([said], index) => reply("base", index, said, "ok")),
    ],
    embedder,
  );

  if ("skipped" in fitting) throw new Error(fitting.skipped);
  expect(fitting.judge).toBe("all-MiniLM-L6-v2");
  expect(fitting.real.low).toBeGreaterThan(0.8);
  expect(fitting.served).toEqual(fitting.real);
  expect(fitting.run.value).toBeLessThan(0.6);
  // "ok" is as far from its own context as from the others, on average.
  expect(fitting.base.value).toBeCloseTo(0.5, 5);
});

test("in few conversations it says so, and empty replies are no replies", async () => {
  const few = talks.slice(0, 3).map(([said, answer], index) => reply("real", index, said, answer));
  const empty = talks.map(([said], index) => reply("run", index, said, " "));

  expect(await judgeFitting(few, embedder)).toHaveProperty("skipped");
  expect(await judgeFitting(empty, embedder)).toHaveProperty("skipped");
});

test("a model that could not be made leaves nothing, and one that is there whole stays", async () => {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), "embedder-")), "minilm");
  const make = (script: string) => makeEmbedder(folder, `../test/fixtures/embedders/${script}`);

  await expect(make("stops-halfway.py")).rejects.toMatchObject({
    message: expect.stringContaining("could not be made"),
    fix: expect.stringContaining("persona eval"),
  });
  expect(await readdir(path.dirname(folder))).toEqual([]);
  await make("writes.py");
  await make("writes.py");
  expect(await readdir(path.dirname(folder))).toEqual(["minilm"]);
  expect(existsSync(path.join(folder, "config.json"))).toBe(true);
});

function reply(source: Reply["source"], conversation: number, said: string, answer = ""): Reply {
  return {
    source,
    conversation,
    context: [{ speaker: "Ben", bubbles: [said] }],
    bubbles: answer.trim() === "" ? [] : [answer],
  };
}

function product(one: number[], other: number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

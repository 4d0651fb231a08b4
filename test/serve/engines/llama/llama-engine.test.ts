import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine, WeighedId } from "../../../../src/serve/engines/index.ts";
import { all, contextLength, decided, idsFrom, monotonous, openEngine, options } from "./tiny-model.ts";

let file: string;
let engine: Engine;

beforeAll(async () => {
  file = await decided();
  engine = await openEngine(file, 2);
});

afterAll(() => engine.close());

test("what a conversation evaluated before changes nothing of what comes next", async () => {
  const everyId = Array.from({ length: 300 }, (_, id) => id);
  const history = idsFrom(1, 80);
  await all(engine.generate(history, options({ conversation: "cached" })));
  const prompts = [[...history, ...idsFrom(2, 20)], [...history.slice(0, 40), ...idsFrom(3, 30)], history];
  for (const prompt of prompts) {
    const cached = await engine.nextProbabilities(prompt, everyId, { conversation: "cached" });
    const uncached = await engine.nextProbabilities(prompt, everyId);

    expect(sum(cached)).toBeCloseTo(1, 3);
    expect(Math.max(...differences(cached, uncached))).toBeLessThan(1e-3);
    expect(indexOfMost(cached)).toBe(indexOfMost(uncached));
  }
});

test("replies that are drawn together are those that are drawn one by one", async () => {
  const prompt = idsFrom(4, 300);
  const seeds = [11, 12, 13, 14, 15, 16];
  const isOver = (ids: number[]) => ids.length === 12;
  const together = await engine.generateSeveral(prompt, { ...options({ conversation: "b" }), seeds, isOver });
  const oneByOne = [];
  for (const seed of seeds)
    oneByOne.push(await all(engine.generate(prompt, options({ seed, maxTokens: 12 }))));

  expect(together.map(({ ids }) => ids)).toEqual(oneByOne);
  expect(new Set(oneByOne.map(String)).size).toBe(seeds.length);
});

test("probabilities are the same while drawing, scored and read one by one", async () => {
  const prompt = idsFrom(5, 50);
  const asked = { ...options(), seeds: [1, 2, 3], isOver: (ids: number[]) => ids.length === 6 };
  for (const { ids, logProbabilities = [] } of await engine.generateSeveral(prompt, asked)) {
    const scored = (await engine.score(prompt, ids, { conversation: "a" })) ?? [];
    for (const [index, id] of ids.entries()) {
      const before = [...prompt, ...ids.slice(0, index)];
      const [, probability = 0] = (await engine.nextProbabilities(before, [0, id])) ?? [];

      expect(logProbabilities[index]).toBeCloseTo(Math.log(probability), 3);
      expect(scored[index]).toBeCloseTo(Math.log(probability), 3);
    }
  }
  expect(await engine.score(prompt, [])).toEqual([]);
});

test("the likeliest ids in each place come with those that were drawn, and with those that are given", async () => {
  const prompt = idsFrom(5, 50);
  const told: WeighedId[] = [];
  const isOver = (ids: number[]) => ids.length === 6;
  const [drawn] = await engine.generateSeveral(prompt, {
    ...options(),
    seeds: [4],
    isOver,
    likeliest: 3,
    onDrawn: (id) => told.push(id),
  });
  const given = (await engine.weigh(prompt, drawn?.ids ?? [], 3)) ?? [];

  expect(told.map(({ id }) => id)).toEqual(drawn?.ids);
  for (const [index, { likeliest, logProbability = 0 }] of told.entries()) {
    const before = [...prompt, ...(drawn?.ids ?? []).slice(0, index)];
    const everyId = Array.from({ length: 300 }, (_, id) => id);
    const all = (await engine.nextProbabilities(before, everyId)) ?? [];
    const expected = everyId.toSorted((one, other) => (all[other] ?? 0) - (all[one] ?? 0)).slice(0, 3);

    expect(likeliest.map(([id]) => id)).toEqual(expected);
    expect(given[index]?.likeliest.map(([id]) => id)).toEqual(expected);
    expect(given[index]?.logProbability).toBeCloseTo(logProbability, 3);
    expect(Math.exp(likeliest[0]?.[1] ?? 0)).toBeCloseTo(all[expected[0] ?? 0] ?? 0, 3);
  }
});

test("a model may repeat itself where that is asked for", async () => {
  const stuck = await openEngine(await monotonous(Array.from({ length: 16 }, (_, at) => at % 3)), 1);
  const likeliest = options({ temperature: 0, maxTokens: 40 });
  const ids = await all(stuck.generate(idsFrom(1, 10), { ...likeliest, mayRepeat: true }));
  const varied = await all(stuck.generate(idsFrom(1, 10), likeliest));
  await stuck.close();

  expect(new Set(ids).size).toBe(1);
  expect(new Set(varied).size).toBeGreaterThan(1);
});

test("eight conversations at once, of which two are kept evaluated, keep their order and do not mix", async () => {
  const talk = async (conversation: string, start: number) => {
    let prompt = idsFrom(start, 40);
    const said = [];
    for (let turn = 0; turn < 3; turn++) {
      const reply = await all(engine.generate(prompt, options({ conversation, seed: start, maxTokens: 8 })));
      said.push(reply);
      prompt = [...prompt, ...reply, ...idsFrom(start + turn, 5)];
    }
    return said;
  };
  const starts = [1, 2, 3, 4, 5, 6, 7, 8];
  const atOnce = await Promise.all(starts.map((start) => talk(`friend ${start}`, start)));
  const oneByOne = [];
  for (const start of starts) oneByOne.push(await talk(`alone ${start}`, start));

  expect(atOnce).toEqual(oneByOne);
});

test("a forgotten conversation is evaluated anew, and one that is being answered is answered to its end", async () => {
  const prompt = idsFrom(6, 30);
  const first = await all(engine.generate(prompt, options({ conversation: "gone" })));
  engine.forget("gone");
  engine.forget("nobody");
  expect(await all(engine.generate(prompt, options({ conversation: "gone" })))).toEqual(first);

  const reading = engine.generate(prompt, options({ conversation: "gone" }));
  const ids = [(await reading.next()).value as number];
  engine.forget("gone");
  ids.push(...(await all(reading)));
  expect(ids).toEqual(first);
});

test("an id that may not be said is drawn again in its place", async () => {
  const prompt = idsFrom(7, 30);
  const [usual] = await all(engine.generate(prompt, options({ maxTokens: 1 })));
  const maySay = (id: number) => id !== usual;
  const said = await all(engine.generate(prompt, options({ maySay })));

  expect(said.length).toBe(20);
  expect(said).not.toContain(usual);
});

test("a reply of which nothing may be said ends, and each of several has its own say", async () => {
  let asked = 0;
  const never = () => ++asked < 0;
  expect(await all(engine.generate(idsFrom(8, 10), options({ maySay: never })))).toEqual([]);
  expect(asked).toBe(25);

  const isOver = (ids: number[]) => ids.length === 4;
  const maySay = (_id: number, index: number) => index === 1;
  const several = await engine.generateSeveral(idsFrom(8, 10), {
    ...options(),
    seeds: [1, 2, 3],
    isOver,
    maySay,
  });
  expect(several.map(({ ids }) => ids.length)).toEqual([0, 4, 0]);
});

test("a raised signal ends a reply, before its prompt is evaluated or in the midst of it", async () => {
  const controller = new AbortController();
  const reading = engine.generate(idsFrom(9, 30), options({ signal: controller.signal, maxTokens: 500 }));
  await reading.next();
  controller.abort();
  expect((await all(reading)).length).toBeLessThanOrEqual(1);

  const none = { ...options({ signal: controller.signal }), seeds: [1, 2], isOver: () => false };
  expect(await engine.generateSeveral(idsFrom(9, 600), none)).toEqual([
    { ids: [], logProbabilities: [] },
    { ids: [], logProbabilities: [] },
  ]);
});

test("whoever is called off while others are answered does not wait for them", async () => {
  const busy = ["first", "second"].map((conversation) =>
    engine.generate(idsFrom(9, 30), options({ conversation, maxTokens: 500 })),
  );
  for (const reply of busy) await reply.next();
  const controller = new AbortController();
  const waiting = options({ conversation: "third", signal: controller.signal });
  const reply = all(engine.generate(idsFrom(9, 30), waiting));
  const several = engine.generateSeveral(idsFrom(9, 30), { ...waiting, seeds: [1], isOver: () => false });
  const reading = expect(engine.nextProbabilities(idsFrom(9, 30), [1], waiting)).rejects.toThrow("aborted");
  controller.abort();

  expect([await reply, await several]).toEqual([[], [{ ids: [], logProbabilities: [] }]]);
  await reading;
  for (const reply of busy) await reply.return(undefined);
  expect(await all(engine.generate(idsFrom(9, 30), options({ conversation: "third" })))).toHaveLength(20);
});

test("a reply ends where the context is full, and a prompt that does not fit is refused", async () => {
  const prompt = idsFrom(10, contextLength - 10);
  const said = await all(engine.generate(prompt, options({ maxTokens: 100 })));
  expect(said.length).toBeGreaterThan(5);
  expect(said.length).toBeLessThanOrEqual(10);

  await expect(all(engine.generate(idsFrom(10, contextLength), options()))).rejects.toThrow(RangeError);
  expect((await all(engine.generate(idsFrom(1, 5), options()))).length).toBe(20);
});

function sum(values: number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}

function differences(some: number[] = [], others: number[] = []): number[] {
  return some.map((value, index) => Math.abs(value - (others[index] ?? Number.NaN)));
}

function indexOfMost(values: number[] = []): number {
  return values.indexOf(Math.max(...values));
}

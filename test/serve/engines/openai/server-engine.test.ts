import { describe, expect, test } from "vitest";
import { openServerEngine } from "../../../../src/serve/engines/openai/index.ts";
import {
  type CompletionsServer,
  type Settings,
  startCompletionsServer,
  type ToyModel,
} from "../../../completions-server/index.ts";
import { tokenizer } from "../../scripted-engine.ts";

let server: CompletionsServer | undefined;

const words = ["one", " two", " three", " four", " five", " six"];

/** Counts from one to six and begins again; at every place the number after the next is possible too. */
function counting(): ToyModel {
  const ids = words.map((word) => tokenizer.encode(word)[0] as number);
  return (prompt) => {
    const next = ids.indexOf(prompt.at(-1) as number) + 1;
    return [
      [ids[next % ids.length] as number, 0.7],
      [ids[(next + 1) % ids.length] as number, 0.2],
    ];
  };
}

async function open(settings: Partial<Settings> = {}) {
  server = await startCompletionsServer({ tokenizer, model: counting(), ...settings });
  const warnings: string[] = [];
  const engine = await openServerEngine(server.address, { tokenizer, warn: (line) => warnings.push(line) });
  server.asked.length = 0;
  return { engine, warnings };
}

const options = {
  conversation: "a",
  temperature: 0,
  topP: 1,
  minP: 0,
  seed: 0,
  maxTokens: 4,
  signal: new AbortController().signal,
};

async function textOf(ids: AsyncIterable<number>): Promise<string> {
  const drawn: number[] = [];
  for await (const id of ids) drawn.push(id);
  return tokenizer.decode(drawn);
}

describe.each(["llama-server", "vllm"] as const)("%s", (kind) => {
  test("continues ids by ids", async () => {
    const { engine } = await open({ kind });

    expect(await textOf(engine.generate([1, 2, 3], options))).toBe("one two three four");
    expect(server?.asked[0]?.prompt).toEqual([1, 2, 3]);
  });

  test("draws several continuations of one prompt in one request", async () => {
    const { engine } = await open({ kind });
    const several = { ...options, temperature: 1, seeds: [4, 5], isOver: () => false };

    const drawn = await engine.generateSeveral([1], several);

    expect(drawn.map(({ ids }) => tokenizer.decode(ids))).toEqual([
      "one two three four",
      " two four six two",
    ]);
    expect(drawn[0]?.logProbabilities?.map(Math.exp)).toEqual(
      [0.7, 0.7, 0.7, 0.7].map((p) => expect.closeTo(p)),
    );
    expect(server?.asked).toHaveLength(1);
  });

  test("gives up a request when all of its continuations are over", async () => {
    const { engine } = await open({ kind });
    const isOver = (ids: number[]) => ids.length === 2;

    const drawn = await engine.generateSeveral([1], { ...options, maxTokens: 500, seeds: [1, 2], isOver });

    expect(drawn.map(({ ids }) => ids.length)).toEqual([2, 2]);
    await expect.poll(() => server?.givenUp()).toBe(1);
  });

  test("asks again for what may not be said, from before it", async () => {
    const { engine } = await open({ kind });
    const [barred] = tokenizer.encode(" three");

    const text = await textOf(engine.generate([1], { ...options, maySay: (id) => id !== barred }));

    expect(text).toBe("one two four five");
  });

  test("a continuation that may not say something goes on without it beside the others", async () => {
    const { engine } = await open({ kind });
    const [barred] = tokenizer.encode(" two");
    const maySay = (id: number, index: number) => index === 1 || id !== barred;

    const drawn = await engine.generateSeveral([1], {
      ...options,
      seeds: [0, 1],
      isOver: () => false,
      maySay,
    });

    expect(drawn.map(({ ids }) => tokenizer.decode(ids))).toEqual([
      "one three four five",
      "one two three four",
    ]);
    expect(drawn.map(({ logProbabilities }) => logProbabilities?.length)).toEqual([4, 4]);
  });

  test("ends a reply in which nothing may be said", async () => {
    const { engine } = await open({ kind });

    expect(await textOf(engine.generate([1], { ...options, maySay: () => false }))).toBe("");
  });

  test("ends a reply at its limit, however much the server has to say", async () => {
    const { engine } = await open({ kind, isEndless: true });
    const several = { ...options, seeds: [0, 1], isOver: () => false };

    expect(await textOf(engine.generate([1], options))).toBe("one two three four");
    expect((await engine.generateSeveral([1], several)).map(({ ids }) => ids.length)).toEqual([4, 4]);
  });

  test("a raised signal ends the reply and the server's work on it", async () => {
    const { engine } = await open({ kind });
    const controller = new AbortController();
    const ids = engine.generate([1], { ...options, maxTokens: 500, signal: controller.signal });

    await ids.next();
    controller.abort();

    expect((await textOf(ids)).length).toBeLessThan(1000);
    await expect.poll(() => server?.givenUp()).toBe(1);
  });

  test("whoever stops reading ends the server's work", async () => {
    const { engine } = await open({ kind });

    for await (const _ of engine.generate([1], { ...options, maxTokens: 500 })) break;

    await expect.poll(() => server?.givenUp()).toBe(1);
  });

  test("tells how likely ids are to come next, those included that are not among the likeliest", async () => {
    const { engine } = await open({ kind });
    const [one, two] = ["one", " two"].map((word) => tokenizer.encode(word)[0] as number);

    const found = await engine.nextProbabilities([1], [two as number, one as number, 11]);

    expect(found).toEqual([expect.closeTo(0.2), expect.closeTo(0.7), expect.closeTo(0)]);
  });

  test("seeds stay within what a server takes", async () => {
    const { engine } = await open({ kind });

    await textOf(engine.generate([1], { ...options, seed: 2 ** 32 - 1 }));

    expect(server?.asked[0]?.seed).toBe(0);
  });
});

test("llama-server draws no more together than it has slots", async () => {
  const { engine } = await open({ slots: 2 });

  const drawn = await engine.generateSeveral([1], { ...options, seeds: [1, 2, 3], isOver: () => false });

  expect(drawn).toHaveLength(3);
  expect(server?.asked).toHaveLength(2);
});

test("a character of several ids arrives whole from llama-server, which streams the last of them alone", async () => {
  const emoji = tokenizer.encode("🙂🙂");
  expect(emoji.length).toBeGreaterThan(2);
  const { engine } = await open({ model: (ids) => [[emoji[ids.length - 1] ?? 11, 1]] });

  expect(await textOf(engine.generate([1], { ...options, maxTokens: emoji.length }))).toBe("🙂🙂");
});

test("llama-server cannot score, which is said", async () => {
  const { engine, warnings } = await open();

  expect(await engine.score([1], [2])).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/^llama-server at .* cannot tell how likely/)]);
});

test("vLLM scores a continuation by the log-probabilities of a prompt", async () => {
  const { engine, warnings } = await open({ kind: "vllm" });
  const [one, three] = ["one", " three"].map((word) => tokenizer.encode(word)[0] as number);

  const scores = await engine.score([1], [one as number, three as number]);

  expect(scores?.map(Math.exp)).toEqual([expect.closeTo(0.7), expect.closeTo(0.2)]);
  expect(warnings).toEqual([]);
});

test("the context is the server's, and never longer than conversations are", async () => {
  expect((await open({ context: 600 })).engine.contextLength).toBe(600);
  expect((await open({ context: 100_000, kind: "vllm" })).engine.contextLength).toBe(2048);
});

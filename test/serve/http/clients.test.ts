import OpenAI from "openai";
import { expect, test } from "vitest";
import type { Persona } from "../../../src/serve/index.ts";
import { personaWith, type ScriptedEngine, tokenizer } from "../scripted-engine.ts";
import { enginesWith, run, serve } from "./served.ts";

async function client(options: Parameters<typeof serve>[0] = {}) {
  const server = await serve(options);
  return { server, openai: new OpenAI({ baseURL: `${server.address}/v1`, apiKey: "any", maxRetries: 0 }) };
}

const continuing = () => enginesWith(() => tokenizer.encode(" one two three four five six seven eight"));

test("chat through the official client, whole and streamed, is the same answer", async () => {
  const { openai } = await client();
  const asked = { model: "persona", messages: [{ role: "user" as const, content: "hello" }] };
  const whole = await openai.chat.completions.create(asked);
  const stream = openai.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
  let parts = 0;
  stream.on("content", () => parts++);
  const streamed = await stream.finalChatCompletion();

  expect(whole.choices[0]?.message.content).toBe("you said hello\n\nright?");
  expect(whole.choices[0]?.finish_reason).toBe("stop");
  expect(whole.model).toBe(run);
  expect(whole.usage?.prompt_tokens).toBeGreaterThan(3);
  expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
  expect(streamed.usage).toEqual(whole.usage);
  expect(parts).toBe(2);
});

test("several answers, stop words, a limit and how likely each token was", async () => {
  const { openai, server } = await client();
  const messages = [{ role: "user" as const, content: "hello" }];
  const several = await openai.chat.completions.create({ model: run, messages, n: 3, seed: 5 });
  const stopped = await openai.chat.completions.create({ model: run, messages, stop: ["said"] });
  const likely = await openai.chat.completions.create({
    model: run,
    messages,
    logprobs: true,
    top_logprobs: 2,
  });

  expect(several.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(server.engine.seeds.slice(0, 3)).toEqual([5, 105, 205]);
  expect(stopped.choices[0]?.message.content).toBe("you ");
  expect(stopped.choices[0]?.finish_reason).toBe("stop");
  const content = likely.choices[0]?.logprobs?.content ?? [];
  expect(content.map(({ token }) => token).join("")).toBe("you said hello\nright?");
  expect(content.every(({ logprob, top_logprobs }) => logprob < 0 && top_logprobs.length === 1)).toBe(true);
});

test("completions through the official client: text, ids, several, echoed and scored", async () => {
  const { openai } = await client({ engine: continuing() });
  const ids = tokenizer.encode("zero");
  const text = await openai.completions.create({ model: "persona", prompt: "zero", max_tokens: 3 });
  const given = await openai.completions.create({ model: "persona", prompt: ids, max_tokens: 3, echo: true });
  const both = await openai.completions.create({
    model: "persona",
    prompt: ["zero", "nil"],
    max_tokens: 2,
    n: 2,
    stop: " two",
  });
  const scored = await openai.completions.create({
    model: "persona",
    prompt: "zero one",
    max_tokens: 0,
    echo: true,
    logprobs: 1,
  });

  expect(text.choices[0]).toMatchObject({ text: " one two three", finish_reason: "length", logprobs: null });
  expect(given.choices[0]?.text).toBe("zero one two three");
  expect(both.choices.map(({ index, text }) => [index, text])).toEqual([
    [0, " one"],
    [1, " one"],
    [2, " one"],
    [3, " one"],
  ]);
  expect(scored.choices[0]).toMatchObject({
    text: "zero one",
    finish_reason: "length",
    logprobs: { tokens: ["zero", " one"], token_logprobs: [null, -530 / 50_000], text_offset: [0, 4] },
  });
  expect(scored.usage).toEqual({ prompt_tokens: 2, completion_tokens: 0, total_tokens: 2 });
});

test("a prompt is made into tokens once", async () => {
  const encoded: string[] = [];
  const counting = {
    ...tokenizer,
    encode(text: string) {
      encoded.push(text);
      return tokenizer.encode(text);
    },
  };
  const persona = (engine: ScriptedEngine): Persona => {
    const own = personaWith(engine);
    return { ...own, withModel: (use) => own.withModel((model) => use({ ...model, tokenizer: counting })) };
  };
  const { openai } = await client({ engine: continuing(), persona });
  await openai.completions.create({ model: "persona", prompt: ["zero", "nil"], max_tokens: 3 });

  expect(encoded).toEqual(["zero", "nil"]);
});

test("a streamed completion adds up to the whole one, its log-probabilities too", async () => {
  const { openai } = await client({ engine: continuing() });
  const asked = { model: "persona", prompt: "zero", max_tokens: 5, echo: true, logprobs: 1 };
  const whole = await openai.completions.create(asked);
  const parts = [];
  const stream = await openai.completions.create({
    ...asked,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const part of stream) parts.push(part);
  const choices = parts.flatMap(({ choices }) => choices);

  expect(choices.map(({ text }) => text).join("")).toBe(whole.choices[0]?.text);
  expect(choices.flatMap(({ logprobs }) => logprobs?.tokens ?? [])).toEqual(
    whole.choices[0]?.logprobs?.tokens,
  );
  expect(choices.flatMap(({ logprobs }) => logprobs?.text_offset ?? [])).toEqual(
    whole.choices[0]?.logprobs?.text_offset,
  );
  expect(parts.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
});

test("responses through the official client, whole and streamed", async () => {
  const { openai } = await client();
  const whole = await openai.responses.create({ model: "persona", input: "hello" });
  const types: string[] = [];
  const numbers: number[] = [];
  const stream = openai.responses.stream({
    model: "persona",
    input: [
      { role: "user", content: "hello" },
      { role: "assistant", content: "yes?" },
      { role: "user", content: [{ type: "input_text", text: "again" }] },
    ],
  });
  for await (const event of stream) {
    types.push(event.type);
    numbers.push(event.sequence_number);
  }
  const streamed = await stream.finalResponse();

  expect(whole.output_text).toBe("you said hello\n\nright?");
  expect(streamed.output_text).toBe("you said again\n\nright?");
  expect(numbers).toEqual(types.map((_, index) => index));
  expect(types).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
});

test("models are listed, and another one is none", async () => {
  const { openai } = await client();
  const listed = await openai.models.list();

  expect(listed.data.map(({ id }) => id)).toEqual(["persona", run]);
  expect((await openai.models.retrieve(run)).id).toBe(run);
  await expect(openai.models.retrieve("gpt-4o")).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
  });
  await expect(openai.completions.create({ model: "0123456789", prompt: "x" })).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
  });
});

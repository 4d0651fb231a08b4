import { expect, test } from "vitest";
import { restingPersona } from "../../../src/serve/index.ts";
import { idsOf, personaWith, ScriptedEngine, tokenizer } from "../scripted-engine.ts";
import { enginesWith, post, saidIn, serve } from "./served.ts";

const secret = "see you at eight";
const said = (content: unknown) => ({ messages: [{ role: "user", content }] });

const mistakes: [what: string, path: string, body: unknown, status: number, param: string | null][] = [
  ["no JSON", "/v1/chat/completions", `{"messages": "${secret}"`, 400, null],
  ["a list", "/v1/chat/completions", "[]", 400, null],
  ["nothing", "/v1/chat/completions", "", 400, null],
  ["no messages", "/v1/chat/completions", {}, 400, "messages"],
  ["an empty list of messages", "/v1/chat/completions", { messages: [] }, 400, "messages"],
  ["a number for words", "/v1/chat/completions", said(5), 400, "messages.0.content"],
  [
    "an unknown role",
    "/v1/chat/completions",
    { messages: [{ role: secret, content: secret }] },
    400,
    "messages.0.role",
  ],
  ["a temperature of 3", "/v1/chat/completions", { ...said(secret), temperature: 3 }, 400, "temperature"],
  [
    "a temperature in words",
    "/v1/chat/completions",
    { ...said(secret), temperature: secret },
    400,
    "temperature",
  ],
  ["10,000 answers", "/v1/chat/completions", { ...said(secret), n: 10_000 }, 400, "n"],
  ["100 stop words", "/v1/chat/completions", { ...said(secret), stop: Array(100).fill(secret) }, 400, "stop"],
  ["no tokens at all", "/v1/chat/completions", { ...said(secret), max_tokens: 0 }, 400, "max_tokens"],
  ["a model that is not there", "/v1/chat/completions", { ...said(secret), model: secret }, 404, "model"],
  ["no tokens, and no echo", "/v1/completions", { prompt: secret, max_tokens: 0 }, 400, "max_tokens"],
  ["half a surrogate pair", "/v1/completions", `{"prompt": "${secret} \\ud83d"}`, 400, "prompt"],
  ["an id below 0", "/v1/completions", { prompt: [1, -1] }, 400, "prompt.1"],
  ["an id beyond the vocabulary", "/v1/completions", { prompt: [[1], [50_257]] }, 400, "prompt"],
  ["ids and words together", "/v1/completions", { prompt: [1, secret] }, 400, "prompt"],
  ["a fraction for an id", "/v1/completions", { prompt: [1.5] }, 400, "prompt"],
  ["10,000 continuations", "/v1/completions", { prompt: secret, n: 10_000 }, 400, "n"],
  ["a seed in words", "/v1/completions", { prompt: secret, seed: secret }, 400, "seed"],
  [
    "an answer that was kept",
    "/v1/responses",
    { input: secret, previous_response_id: "resp_1" },
    400,
    "previous_response_id",
  ],
  ["no input", "/v1/responses", {}, 400, "input"],
  ["no prompt", "/generate", {}, 400, "prompt"],
];

test.each(mistakes)(
  "%s (%s) is refused in OpenAI's shape, without a word of it",
  async (_, path, body, status, param) => {
    const { address, engine, log } = await serve();
    const answer = await post(address, path, body);
    const text = await answer.text();

    expect(answer.status).toBe(status);
    expect(JSON.parse(text)).toEqual({
      error: {
        message: expect.any(String),
        type: "invalid_request_error",
        param,
        code: expect.toBeOneOf([null, expect.any(String)]),
      },
    });
    for (const said of [text, log.join("")]) {
      expect(said).not.toContain("eight");
      expect(said).not.toContain(process.cwd());
    }
    expect(engine.prompts).toEqual([]);
  },
);

test("a prompt that is longer than the context is refused with both lengths", async () => {
  const { address } = await serve({ engine: new ScriptedEngine(() => [], { contextLength: 64 }) });
  const answer = await post(address, "/v1/completions", { prompt: "word ".repeat(100) });

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: {
      code: "context_length_exceeded",
      message: expect.stringMatching(/room for 63 tokens.* has 10[12]\.$/),
    },
  });
  expect((await post(address, "/v1/completions", { prompt: Array(63).fill(5), max_tokens: 9 })).status).toBe(
    200,
  );
});

test("deep JSON, bytes that are no UTF-8 and a body of megabytes are refused", async () => {
  const { address } = await serve();
  const deep = `{"messages": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const statusOf = async (body: unknown) => (await post(address, "/v1/chat/completions", body)).status;

  expect(await statusOf(deep)).toBe(400);
  expect(await statusOf(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toBe(400);
  expect(await statusOf({ messages: [{ role: "user", content: "x".repeat(1_100_000) }] })).toBe(413);
  expect(await statusOf({ messages: [{ role: "user", content: "[".repeat(1000) }] })).toBe(200);
});

test("a body that is packed is refused as that", async () => {
  const { address } = await serve();
  const answer = await post(address, "/v1/chat/completions", said("hi"), { "content-encoding": "gzip" });

  expect(answer.status).toBe(415);
  expect(await answer.text()).toContain("without Content-Encoding");
});

test("what is odd and no mistake is answered: NUL, half a pair, no words, thousands of messages, other fields", async () => {
  const { address } = await serve();
  const bodies = [
    said("a\u0000b"),
    `{"messages": [{"role": "user", "content": "x \\ud83d y"}]}`,
    said(""),
    said(null),
    said([]),
    {
      messages: Array.from({ length: 2000 }, (_, at) => ({
        role: at % 2 ? "user" : "assistant",
        content: "ok",
      })),
    },
    { messages: [{ role: "assistant", content: "I begin" }] },
    { messages: [{ role: "user", content: "hi", name: "__proto__" }], __proto__: { polluted: true } },
    { ...said("hi"), seed: -5, temperature: 0, top_p: 0, stop: ["", "\u0000"], n: null, stream: null },
  ];
  for (const body of bodies) {
    const answer = await post(address, "/v1/chat/completions", body);

    expect(answer.status, JSON.stringify(body).slice(0, 80)).toBe(200);
    expect(await saidIn(answer)).toHaveLength(1);
  }
});

test("words of which training would show nothing are answered with nothing", async () => {
  const openMask = () => () => "";
  const { address, engine } = await serve({ answering: { openMask: () => openMask } });
  const answer = await post(address, "/v1/chat/completions", said("https://tenor.com/view/cat"));

  expect(answer.status).toBe(200);
  expect(await saidIn(answer)).toEqual([""]);
  expect(engine.prompts).toEqual([]);
});

test("what nothing is done with is named in a header, whatever it is called", async () => {
  const { address } = await serve();
  const answer = await post(address, "/v1/chat/completions", {
    messages: [
      { role: "system", content: "You are a pirate." },
      {
        role: "user",
        content: [
          { type: "text", text: "hi" },
          { type: "image_url", image_url: { url: "x" } },
        ],
      },
    ],
    tools: [],
    constructor: 1,
    "evil\r\nset-cookie: x": 1,
  });

  expect(answer.headers.get("x-persona-ignored")).toBe(
    "tools, constructor, evil??set-cookie: x, messages[0] role system, messages[1] image_url",
  );
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(await saidIn(answer)).toEqual(["you said hi\n\nright?"]);
});

test("paths and ways that are not there have OpenAI's shape too", async () => {
  const { address } = await serve();
  const [wrongPath, wrongWay, posted] = await Promise.all([
    fetch(`${address}/v1/embeddings/${secret}`),
    fetch(`${address}/v1/completions`),
    post(address, "/health", {}),
  ]);

  expect([wrongPath.status, wrongWay.status, wrongWay.headers.get("allow")]).toEqual([404, 405, "POST"]);
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect(await wrongPath.text()).not.toContain("eight");
  expect(await wrongWay.json()).toMatchObject({ error: { type: "invalid_request_error" } });
});

test("a failure of our own tells a client nothing, and the log its kind alone", async () => {
  const engine = enginesWith(() => {
    throw new TypeError(`cannot read ${secret} in /home/ana/data`);
  });
  const { address, log } = await serve({ engine });
  const whole = await post(address, "/v1/chat/completions", said(secret));
  const streamed = await post(address, "/v1/chat/completions", { ...said(secret), stream: true });
  const texts = [await whole.text(), await streamed.text(), log.join("")];

  expect(whole.status).toBe(500);
  expect(texts[1]).toContain('"type":"server_error"');
  expect(texts[2]).toContain("TypeError at ");
  for (const text of texts) expect(text).not.toMatch(/eight|home\/ana/);
});

test("a run of ids that make one character is one character, wherever the stream is cut", async () => {
  const words = "ü 👩‍👩‍👧 日本";
  const { address } = await serve({ engine: enginesWith(() => tokenizer.encode(words)) });
  const streamed = await (
    await post(address, "/v1/completions", { prompt: "x", stream: true, max_tokens: 100, logprobs: 0 })
  ).text();
  const parts = [...streamed.matchAll(/^data: (\{.*)$/gm)].map(([, json = ""]) => JSON.parse(json));

  expect(parts.map(({ choices }) => choices[0].text).join("")).toBe(words);
  expect(parts.every(({ choices }) => !choices[0].text.includes("\ufffd"))).toBe(true);
});

test("where the engine cannot tell how likely anything is, scores are refused and answers come without them", async () => {
  const { address } = await serve({ engine: new ScriptedEngine(() => idsOf("hello")) });
  const scored = await post(address, "/v1/completions", {
    prompt: "a b",
    echo: true,
    logprobs: 1,
    max_tokens: 0,
  });
  const answered = await post(address, "/v1/chat/completions", { ...said("hi"), logprobs: true });

  expect(scored.status).toBe(400);
  expect(await scored.json()).toMatchObject({ error: { param: "logprobs" } });
  expect(await answered.json()).toMatchObject({
    choices: [{ message: { content: "hello" }, logprobs: null }],
  });
});

test("while the model is not in memory, the persona says so, and the model itself comes later", async () => {
  const files = { name: "Ana", about: "", gguf: "", tokenizerDirectory: "", speakers: [] };
  const resting = restingPersona(files, "I am learning");
  const { address } = await serve({ persona: () => resting });
  const continued = await post(address, "/v1/completions", { prompt: "a" });

  expect(await saidIn(await post(address, "/v1/chat/completions", said("hi")))).toEqual(["I am learning"]);
  expect(continued.status).toBe(503);
  expect(continued.headers.get("retry-after")).toBe("30");
  expect(await continued.text()).not.toContain("GPU");
  expect((await fetch(`${address}/openapi.json`)).status).toBe(200);
});

test("an instruction model reads system messages and instructions, which a persona does not", async () => {
  const prompts: (string | undefined)[] = [];
  const { address } = await serve({
    persona: (engine) => ({
      ...personaWith(engine),
      isModel: true,
      async *reply(_, { systemPrompt } = {}) {
        prompts.push(systemPrompt);
        yield { type: "bubble-end", bubble: "Arr." };
        yield { type: "reply-end", outcome: { ending: "said", bubbles: 1, candidates: [], tokens: 1 } };
      },
    }),
  });
  const system = { role: "system", content: "You are a pirate." };
  const answer = await post(address, "/v1/chat/completions", { messages: [system, ...said("hi").messages] });

  const asked = { instructions: "You are a cat.", input: [system, ...said("hi").messages] };
  const response = await post(address, "/v1/responses", asked);
  const byPerson = await post((await serve()).address, "/v1/responses", asked);

  expect(await saidIn(answer)).toEqual(["Arr."]);
  expect(answer.headers.get("x-persona-ignored")).toBeNull();
  expect(await response.json()).toMatchObject({ instructions: "You are a cat." });
  expect(response.headers.get("x-persona-ignored")).toBeNull();
  expect(prompts).toEqual(["You are a pirate.", "You are a cat.\nYou are a pirate."]);
  expect(byPerson.headers.get("x-persona-ignored")).toBe("instructions, input[0] message system");
  expect(await byPerson.json()).toMatchObject({ instructions: null });
});

test.each([
  [{ stop: Array(17).fill("a") }, "stop: Too big: expected array to have <=16 items."],
  [{ stop: "a".repeat(501) }, "stop: Too big: expected string to have <=500 characters."],
  [{ prompt: Array(257).fill("a") }, "prompt: Too big: expected array to have <=256 items."],
  [{ prompt: ["a", 5] }, "prompt: It has a shape that is not understood."],
])(
  "what is wrong with one of several shapes is said where it is plain which was meant",
  async (asked, message) => {
    const { address } = await serve();
    const answer = await post(address, "/v1/completions", { prompt: "a", ...asked });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message } });
  },
);

test("seeds of 64 bits, and a dozen of words that end an answer, are taken as other servers take them", async () => {
  const { address, engine } = await serve();
  for (const seed of ["9223372036854775807", "-9223372036854775808"]) {
    const answer = await post(
      address,
      "/v1/completions",
      `{"prompt": "a", "seed": ${seed}, "n": 3, "stop": ${JSON.stringify(Array(12).fill("zzz"))}}`,
    );

    expect(answer.status).toBe(200);
  }

  expect(engine.seeds).toHaveLength(6);
  expect(new Set(engine.seeds.slice(0, 3)).size).toBe(3);
  expect(engine.seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
});

test("parameters count where they say something, and those that nothing is done with are named", async () => {
  const { address } = await serve();
  const answer = await post(address, "/generate", {
    inputs: "hello",
    stop: "said",
    parameters: { stop: null, do_sample: true },
  });

  expect(await answer.json()).toEqual({ generated_text: "you ", finish_reason: "stop" });
  expect(answer.headers.get("x-persona-ignored")).toBe("parameters.do_sample");
});

test("more probabilities than an answer may hold are refused before anything is computed", async () => {
  const { address, engine } = await serve();
  const prompt = Array(64).fill(Array(1000).fill(5));
  const asked = { prompt, max_tokens: 0, echo: true, logprobs: 20 };
  const answer = await post(address, "/v1/completions", asked);
  const one = await post(address, "/v1/completions", { ...asked, logprobs: 1 });

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { param: "logprobs", message: expect.stringContaining("ask about fewer prompts at a time") },
  });
  expect(one.status).toBe(200);
  expect(engine.prompts).toEqual([]);
});

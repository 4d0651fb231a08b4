import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectRoot } from "../../../src/project.ts";
import { tokenizer } from "../scripted-engine.ts";
import { pythonClients } from "./python-clients.ts";
import { enginesWith, post, run, serve } from "./served.ts";

const python = await pythonClients();
const script = (name: string) => path.join(projectRoot, "test", "python", name);

test.skipIf(python === undefined)("OpenAI's client for Python gets what it asks for", async () => {
  const { address } = await serve();
  const { stdout } = await execa(python as string, [script("http_clients.py"), `${address}/v1`]);

  expect(JSON.parse(stdout)).toEqual({
    chat: "you said hello\n\nright?",
    chatTokens: "you said hello\nright?",
    streamed: "you said hello\n\nright?",
    usage: true,
    scored: [null, -2 / 50_000, -3 / 50_000],
    events: expect.arrayContaining(["response.created", "response.output_text.delta", "response.completed"]),
    response: "you said hello\n\nright?",
    badRequest: "prompt",
    notFound: "model_not_found",
    models: ["persona", run],
  });
});

test.skipIf(python === undefined)("answers keep to OpenAI's published description", async () => {
  const { address } = await serve();
  const endless = await serve({ engine: enginesWith(() => tokenizer.encode(" one two three four five")) });
  const messages = [{ role: "user", content: "hello" }];
  const looked: { schema: string; value: unknown }[] = [];
  const whole = async (schema: string, at: string, way: string, body: object) =>
    looked.push({ schema, value: await (await post(at, way, body)).json() });
  const streamed = async (schemaOf: (type: string) => string, at: string, way: string, body: object) => {
    const text = await (
      await post(at, way, { ...body, stream: true, stream_options: { include_usage: true } })
    ).text();
    for (const [, json = ""] of text.matchAll(/^data: (\{.*)$/gm)) {
      const value = JSON.parse(json) as { type: string };
      looked.push({ schema: schemaOf(value.type), value });
    }
  };
  const [chat, completions, responses] = ["/v1/chat/completions", "/v1/completions", "/v1/responses"];
  const scored = { prompt: "zero", echo: true, logprobs: 2 };
  looked.push({ schema: "ListModelsResponse", value: await (await fetch(`${address}/v1/models`)).json() });
  looked.push({ schema: "Model", value: await (await fetch(`${address}/v1/models/${run}`)).json() });
  await whole("CreateChatCompletionResponse", address, chat, {
    messages,
    n: 2,
    logprobs: true,
    top_logprobs: 1,
  });
  await whole("CreateChatCompletionResponse", endless.address, chat, { messages, max_tokens: 2 });
  await streamed(() => "CreateChatCompletionStreamResponse", address, chat, { messages, logprobs: true });
  await whole("CreateCompletionResponse", endless.address, completions, { ...scored, n: 2, max_tokens: 3 });
  await whole("CreateCompletionResponse", endless.address, completions, { ...scored, max_tokens: 0 });
  await streamed(() => "CreateCompletionResponse", endless.address, completions, scored);
  await whole("Response", address, responses, { input: "hello" });
  await whole("Response", endless.address, responses, { input: messages, max_output_tokens: 2 });
  await streamed(eventSchema, address, responses, { input: "hello" });
  await streamed(eventSchema, endless.address, responses, { input: "hello", max_output_tokens: 2 });
  await whole("ErrorResponse", address, chat, {});
  await whole("ErrorResponse", address, chat, { messages, model: "another" });
  const { stdout } = await execa(python as string, [script("openai_schemas.py")], {
    input: looked.map((each) => JSON.stringify(each)).join("\n"),
  });

  expect(stdout).toBe(`${looked.length} looked at`);
  expect(looked.length).toBeGreaterThan(35);
});

test.skipIf(python === undefined)(
  "answers keep to the server's own description, whatever is asked",
  async () => {
    const { address } = await serve();
    const schemathesis = path.join(path.dirname(python as string), "schemathesis");
    const bounds = ["--max-examples", "5", "--max-time", "30", "--seed", "1", "--workers", "1", "--no-color"];
    const { stdout, exitCode } = await execa(schemathesis, ["run", `${address}/openapi.json`, ...bounds], {
      reject: false,
      // It leaves a folder behind.
      cwd: await mkdtemp(path.join(tmpdir(), "persona http ")),
    });

    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/No issues found/);
  },
);

/** `response.output_text.done` is described by `ResponseTextDoneEvent`. */
function eventSchema(type: string): string {
  const words = type.replace("output_text", "text").split(/[._]/);
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}Event`;
}

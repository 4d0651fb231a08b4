import * as z from "zod";
import { ChatChunk, ChatCompletion, ChatRequest } from "./chat/index.ts";
import { Completion, CompletionRequest, tokenIdTitle } from "./completions/index.ts";
import { Generated, GenerateRequest } from "./generate.ts";
import { ApiModel, ApiModels } from "./models.ts";
import { ApiResponse, ResponseRequest } from "./responses/index.ts";

const Problem = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

const Health = z.object({ status: z.literal("ok") });

interface Described {
  asksForToken: boolean;
  /** Ids that the run which answers knows; undefined where none is in memory. */
  vocabularySize: number | undefined;
}

/** The description of everything that is served, as other programs read it (OpenAPI 3.1). */
export function describeApi({ asksForToken, vocabularySize }: Described): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "persona",
      version: "1",
      description: "A model that writes like one person, by the ways of OpenAI's API.",
    },
    ...(asksForToken && { security: [{ token: [] }] }),
    components: {
      ...(asksForToken && { securitySchemes: { token: { type: "http", scheme: "bearer" } } }),
    },
    paths: {
      "/health": { get: { ...reading("Says that the server is there", Health), security: [] } },
      "/metrics": { get: { ...reading("Counts and times, for Prometheus", undefined), ...textAnswer } },
      "/openapi.json": { get: reading("This description", z.looseObject({})) },
      "/v1/models": { get: reading("The run that answers", ApiModels) },
      "/v1/models/{model}": {
        get: {
          ...reading("Whether a run answers", ApiModel),
          parameters: [{ name: "model", in: "path", required: true, schema: { type: "string" } }],
        },
      },
      "/v1/completions": {
        post: asking("Continue any text", asked(CompletionRequest, vocabularySize), Completion, Completion),
      },
      "/v1/chat/completions": {
        post: asking("Answer in a chat", asked(ChatRequest), ChatCompletion, ChatChunk),
      },
      "/v1/responses": {
        post: asking(
          "Answer in a chat, without keeping it",
          asked(ResponseRequest),
          ApiResponse,
          z.looseObject({}),
        ),
      },
      "/generate": { post: asking("Answer one message", asked(GenerateRequest), Generated) },
    },
  };
}

const refusals = {
  "4XX": answer("The request cannot be answered; the message says why.", Problem),
  "5XX": answer("persona made a mistake, or is being stopped.", Problem),
};

function reading(summary: string, schema: z.ZodType | undefined) {
  return { summary, responses: { "200": answer(summary, schema), ...refusals } };
}

const textAnswer = {
  responses: {
    "200": { description: "Text", content: { "text/plain": { schema: { type: "string" } } } },
    ...refusals,
  },
};

/** @param event What each event of a streamed answer holds. */
function asking(summary: string, request: object, schema: z.ZodType, event?: z.ZodType) {
  const { description, content } = answer(summary, schema);
  const events = event && { "text/event-stream": { schema: eventOf(event) } };
  const headers = {
    "x-persona-ignored": {
      description: "What of the request nothing was done with.",
      schema: { type: "string" },
    },
  };
  return {
    summary,
    requestBody: {
      required: true,
      content: { "application/json": { schema: request } },
    },
    responses: { "200": { description, headers, content: { ...content, ...events } }, ...refusals },
  };
}

/** One event of a stream. Its data is JSON, but for the `[DONE]` at the end. */
function eventOf(schema: z.ZodType) {
  const contentSchema = asJsonSchema(schema, "output");
  const data = {
    anyOf: [
      { const: "[DONE]" },
      { type: "string", not: { const: "[DONE]" }, contentMediaType: "application/json", contentSchema },
    ],
  };
  return { type: "object", properties: { event: { type: "string" }, data }, required: ["data"] };
}

function answer(description: string, schema: z.ZodType | undefined) {
  const content = schema && { "application/json": { schema: asJsonSchema(schema, "output") } };
  return { description, ...(content && { content }) };
}

function asked(schema: z.ZodType, vocabularySize?: number): object {
  return asJsonSchema(schema, "input", (made) => {
    if (made.title === tokenIdTitle && vocabularySize !== undefined) made.maximum = vocabularySize - 1;
  });
}

function asJsonSchema(
  schema: z.ZodType,
  io: "input" | "output",
  change: (made: z.core.JSONSchema.BaseSchema) => void = () => {},
): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => change(jsonSchema),
  });
  return rest;
}

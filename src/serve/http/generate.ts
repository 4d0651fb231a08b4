import type { Context } from "hono";
import * as z from "zod";
import { answerWhole } from "./compute.ts";
import { keyOf, memoryOf, reply } from "./conversation/index.ts";
import { ApiProblem, ignoredFields } from "./problems.ts";
import { readRequest } from "./request.ts";
import { SamplingFields, stopsOf } from "./sampling.ts";
import { type Service, warningAbout } from "./service.ts";

const { model, temperature, top_p, min_p, seed, stop } = SamplingFields;

const tokens = z.int().min(1).nullish();
const Parameters = z.object({ ...{ temperature, top_p, min_p, seed, stop }, max_new_tokens: tokens });

/** `POST /generate`: one message, and one answer to it. Small servers of models have called its fields by several names. */
export const GenerateRequest = z
  .object({
    ...{ model, temperature, top_p, min_p, seed, stop },
    prompt: z.string().nullish().describe("What somebody says to the persona."),
    inputs: z.string().nullish().describe("The same, as other servers call it."),
    text: z.string().nullish().describe("The same, as other servers call it."),
    max_tokens: tokens,
    max_new_tokens: tokens,
    name: z.string().max(200).nullish().describe("Who says it."),
    parameters: Parameters.nullish().describe("Fields of the same names, where other servers look for them."),
  })
  .meta({
    anyOf: ["prompt", "inputs", "text"].map((name) => ({
      required: [name],
      properties: { [name]: { type: "string" } },
    })),
  });

export const Generated = z.object({ generated_text: z.string(), finish_reason: z.string() });

export async function generate(
  context: Context,
  service: Service,
  onMistake: (error: unknown) => void,
): Promise<Response> {
  const { asked: request, body, ignored } = await readRequest(context, service, GenerateRequest);
  const asked = { ...request, ...given(request.parameters ?? {}) };
  const text = asked.prompt ?? asked.inputs ?? asked.text;
  if (typeof text !== "string") throw new ApiProblem(400, "prompt: is missing.", { param: "prompt" });
  const headers = warningAbout([
    ...ignored,
    ...ignoredFields(Parameters, (body as { parameters?: object }).parameters, "parameters."),
  ]);
  return answerWhole(context, service, { model: asked.model, headers, onMistake }, async (computing) => {
    const said = [{ isPersona: false, text, ...(asked.name && { name: asked.name }) }];
    const place = service.places.take(keyOf(said));
    try {
      const memory = memoryOf(said, service, place.id);
      const drawing = {
        seed: asked.seed,
        temperature: asked.temperature,
        topP: asked.top_p,
        minP: asked.min_p,
        maxTokens: asked.max_new_tokens ?? asked.max_tokens,
        stops: stopsOf(asked),
      };
      const { persona } = service;
      const ended = await reply({ persona, memory, said, index: 0, asked: drawing }, computing, () => {});
      computing.drawn(ended);
      return { generated_text: ended.text, finish_reason: ended.finish };
    } finally {
      place.leave();
    }
  });
}

/** Clients send null for what they leave open. */
function given<T extends object>(fields: T): Partial<T> {
  const known = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known) as Partial<T>;
}

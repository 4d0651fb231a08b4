import * as z from "zod";
import { heardIn, type ToldBefore } from "../chat/index.ts";
import { ApiProblem } from "../problems.ts";
import { SamplingFields } from "../sampling.ts";

const { model, temperature, top_p, stream } = SamplingFields;
const mostItems = 2000;

const Part = z.looseObject({ type: z.string(), text: z.string().nullish() });

/** A message, or another thing that newer clients send along. */
const Item = z.looseObject({
  type: z.string().nullish(),
  role: z.string().nullish(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
});

/** `POST /v1/responses`. */
export const ResponseRequest = z.object({
  ...{ model, temperature, top_p, stream },
  input: z.union([z.string(), z.array(Item).min(1).max(mostItems)]),
  instructions: z
    .string()
    .nullish()
    .describe("What an instruction model is told first; a persona reads none."),
  max_output_tokens: z.int().min(1).nullish(),
  store: z.boolean().nullish().describe("Nothing is stored, whatever it says."),
  previous_response_id: z.null().optional().describe("Not known here: send the whole conversation."),
  conversation: z.null().optional().describe("Not known here: send the whole conversation."),
});
export type ResponseRequest = z.infer<typeof ResponseRequest>;

/** @throws {ApiProblem} for a request that relies on what was said in another one. */
export function refuseState(body: object): void {
  for (const param of ["previous_response_id", "conversation"]) {
    if (((body as Record<string, unknown>)[param] ?? null) === null) continue;
    const message = `${param}: nothing is kept between requests, so send the whole conversation as input.`;
    throw new ApiProblem(400, message, { param, code: "unsupported_parameter" });
  }
}

/** What was said, and what of the request only a model reads. */
export function saidIn({ input, instructions }: ResponseRequest, isModel: boolean): ToldBefore {
  const items = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const entries = items.map(({ type, role, content }: z.infer<typeof Item>, index) => ({
    place: `input[${index}]`,
    kind: `${type ?? "message"} ${role ?? ""}`.trim(),
    role: (type ?? "message") === "message" ? role : undefined,
    content,
  }));
  const first = { place: "instructions", kind: "", role: "developer", content: instructions };
  return heardIn(typeof instructions === "string" ? [first, ...entries] : entries, isModel);
}

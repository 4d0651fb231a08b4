import * as z from "zod";
import { textOf } from "../chat/index.ts";
import type { SaidBefore } from "../conversation/index.ts";
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

/** What was said, and what of the input the persona does not read. */
export function saidIn(input: ResponseRequest["input"]): { said: SaidBefore[]; ignored: string[] } {
  if (typeof input === "string") return { said: [{ isPersona: false, text: input }], ignored: [] };
  const said: SaidBefore[] = [];
  const ignored: string[] = [];
  for (const [index, { type, role, content }] of input.entries()) {
    const isMessage = (type ?? "message") === "message" && (role === "user" || role === "assistant");
    if (!isMessage) ignored.push(`input[${index}] ${type ?? "message"} ${role ?? ""}`.trim());
    else {
      const { text, others } = textOf(content);
      ignored.push(...others.map((other) => `input[${index}] ${other}`));
      said.push({ isPersona: role === "assistant", text });
    }
  }
  return { said, ignored };
}

import * as z from "zod";
import { type Answering, anyModel, noSuchModel } from "./service.ts";

/** A model, as OpenAI's API tells of one. */
export const ApiModel = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int(),
  owned_by: z.string(),
});

export const ApiModels = z.object({ object: z.literal("list"), data: z.array(ApiModel) });

/** `GET /v1/models`: the run that answers, by its id and by a name that stays whichever it is. */
export function listModels(answering: Answering, created: number): z.infer<typeof ApiModels> {
  const data = [anyModel, answering.run()].map((id) => modelOf(id, created));
  return { object: "list", data };
}

/** @throws {ApiProblem} where it does not answer here. */
export function showModel(answering: Answering, id: string, created: number): z.infer<typeof ApiModel> {
  if (id === anyModel || id === answering.run()) return modelOf(id, created);
  throw noSuchModel(answering.run());
}

function modelOf(id: string, created: number): z.infer<typeof ApiModel> {
  return { id, object: "model", created, owned_by: "persona" };
}

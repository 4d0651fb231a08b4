import type { Context } from "hono";
import type * as z from "zod";
import { readJsonBody } from "./access/index.ts";
import { ignoredFields, understood } from "./problems.ts";
import { modelFor, type Service } from "./service.ts";

type RequestSchema = z.ZodObject<{ model: z.ZodType<string | null | undefined> }>;

interface ReadRequest<T extends RequestSchema> {
  asked: z.output<T>;
  /** All that was sent. */
  body: object;
  /** Fields that nothing is done with. */
  ignored: string[];
}

/**
 * A request as it is understood, before anybody waits for its answer.
 *
 * @param refuse Refuses what would be understood otherwise than it was meant.
 * @throws {ApiProblem} also where the model that it names does not answer: what else is wrong with it may be right for that one.
 */
export async function readRequest<T extends RequestSchema>(
  context: Context,
  service: Service,
  schema: T,
  refuse: (body: object) => void = () => {},
): Promise<ReadRequest<T>> {
  const body = await readJsonBody(context.req.raw);
  refuse(body);
  const asked = understood(schema, body);
  modelFor(service, asked.model);
  return { asked, body, ignored: ignoredFields(schema, body) };
}

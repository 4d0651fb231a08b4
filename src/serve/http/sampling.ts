import * as z from "zod";

/** OpenAI takes four; other servers take more, and some programs send a dozen. */
const mostStops = 16;
/** More answers to one request than anybody compares. */
const mostAnswers = 16;
const longestStop = 500;

/** Fields of a request that mean the same on every route. */
export const SamplingFields = {
  model: z.string().nullish().describe("The run that is to answer; persona for whichever does."),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  min_p: z
    .number()
    .min(0)
    .max(1)
    .nullish()
    .describe("Leaves out tokens that are less probable than this share of the likeliest one."),
  n: z.int().min(1).max(mostAnswers).nullish(),
  // OpenAI's have 64 bits, which numbers of JavaScript hold only roughly: equal ones stay equal, but no bound could be exact.
  seed: z.number().refine(Number.isInteger, "Expected a whole number").meta({ type: "integer" }).nullish(),
  stop: z.union([z.string().max(longestStop), z.array(z.string().max(longestStop)).max(mostStops)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
};

/** The words that end an answer. */
export function stopsOf({ stop }: { stop?: string | string[] | null | undefined }): string[] {
  return [stop ?? []].flat();
}

/** As many seeds as there are for the model. */
const seedCount = 2 ** 32;

/** The seed of one of several answers: each later one has others, whatever it tries. */
export function seedFor(seed: number | null | undefined, index: number): number {
  const first = (seed ?? Math.floor(Math.random() * seedCount)) % seedCount;
  return (first + seedCount + index * seedStep) % seedCount;
}

/** More than one answer tries by itself. */
const seedStep = 100;

import * as z from "zod";
import { formatList } from "../../terminal.ts";
import type { Bounds, Choice } from "../choice.ts";
import { countries } from "./countries.ts";
import { startOfDay } from "./days.ts";
import { sentencesSchema } from "./sentences.ts";

/** What a choice takes, as `persona.json` writes it. */
export function schemaOf(choice: Choice): z.ZodType {
  const error = ({ input }: { input?: unknown }) => `${show(input)} is not ${describeAllowed(choice)}`;
  if ("oneOf" in choice) return z.enum(choice.oneOf as [string, ...string[]], { error });
  if ("integer" in choice) return within(z.int({ error }), choice.integer, error);
  if ("boolean" in choice) return z.boolean({ error });
  if ("names" in choice) {
    const { each = describeAllowed(choice) } = choice.names;
    const ofEach = ({ input }: { input?: unknown }) => `${show(input)} is not ${each}`;
    return z.array(matching(filled(z.string({ error: ofEach })), choice.names, ofEach), { error });
  }
  if ("byName" in choice)
    return z.record(filled(z.string()), schemaOf({ ...choice.byName, help: "" }), { error });
  if ("sentences" in choice) {
    const each = ({ input }: { input?: unknown }) => `${show(input)} is not a text`;
    return sentencesSchema(choice.sentences, { all: error, each });
  }
  if ("numbers" in choice) return z.array(within(z.number({ error }), choice.numbers, error), { error });
  if ("number" in choice) {
    const number = within(z.number({ error }), choice.number, error);
    return choice.or === undefined ? number : z.union([z.literal(choice.or), number], { error });
  }
  if ("day" in choice) {
    const day = z.string({ error }).refine((text) => startOfDay(text) !== undefined, { error });
    return day.transform(startOfDay);
  }
  const text = filled(z.string({ error }));
  if ("country" in choice) return text.refine((code) => countries.has(code.toUpperCase()), { error });
  return matching(text, choice.text, error);
}

function matching(
  text: z.ZodString,
  { pattern }: { pattern?: string },
  error: (issue: { input?: unknown }) => string,
): z.ZodString {
  return pattern === undefined ? text : text.regex(new RegExp(`^(?:${pattern})$`), { error });
}

/** An empty path is the folder that one happens to be in, and an empty name nobody's: neither was meant. */
export function filled(text: z.ZodString): z.ZodString {
  return text.refine((value) => !isBlank(value), { error: "an empty text", abort: true });
}

/** As an unset variable of a shell leaves it. */
export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** The value of a flag, before it is checked. */
export function readValue(choice: Choice, text: string): unknown {
  if ("number" in choice && text === choice.or) return text;
  if ("boolean" in choice) return text === "true" ? true : text === "false" ? false : text;
  const isNumber = "number" in choice || "integer" in choice || "numbers" in choice;
  if (!isNumber) return text;
  return isBlank(text) ? Number.NaN : Number(text);
}

/** What a choice takes, for people: `a number above 0`. */
export function describeAllowed(choice: Choice): string {
  if ("oneOf" in choice) return listOf(choice.oneOf);
  if ("integer" in choice) return `a whole number${describeBounds(choice.integer)}`;
  if ("numbers" in choice) return `a number${describeBounds(choice.numbers)}`;
  if ("boolean" in choice) return "true or false";
  if ("names" in choice) return choice.names.allowed ?? "a list of names";
  if ("byName" in choice) return `by name, each ${describeAllowed({ ...choice.byName, help: "" })}`;
  if ("sentences" in choice) return "sentences by their names";
  if ("country" in choice) return "a country's two-letter code, such as PT, BR or US";
  if ("day" in choice) return "a day such as 2018-01-31";
  if ("text" in choice) return choice.text.allowed ?? "a text";
  const number = `a number${describeBounds(choice.number)}`;
  return choice.or === undefined ? number : `${choice.or} or ${number}`;
}

/** `cosine, constant or wsd`. */
export function listOf(words: readonly string[]): string {
  return formatList(words, "or");
}

function within(
  schema: z.ZodNumber,
  { above, atLeast, below, atMost }: Bounds,
  error: (issue: { input?: unknown }) => string,
): z.ZodNumber {
  let bounded = schema;
  if (above !== undefined) bounded = bounded.gt(above, { error });
  if (atLeast !== undefined) bounded = bounded.gte(atLeast, { error });
  if (below !== undefined) bounded = bounded.lt(below, { error });
  if (atMost !== undefined) bounded = bounded.lte(atMost, { error });
  return bounded;
}

function describeBounds({ above, atLeast, below, atMost }: Bounds): string {
  if (atLeast !== undefined && atMost !== undefined) return ` from ${atLeast} to ${atMost}`;
  const words = [
    above !== undefined && `above ${above}`,
    atLeast !== undefined && `of at least ${atLeast}`,
    below !== undefined && `below ${below}`,
    atMost !== undefined && `of at most ${atMost}`,
  ].filter((word) => word !== false);
  return words.length > 0 ? ` ${words.join(" and ")}` : "";
}

const maxShownLength = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}

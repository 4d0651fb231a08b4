import * as z from "zod";
import type { Choice, Chosen, Table } from "./choice.ts";
import { schemaOf, usualSentences } from "./values/index.ts";

/**
 * A section of `persona.json`: a field for each choice of a table. Read, it holds what was chosen by the names of the
 * table; null is the same as leaving a choice out.
 */
export function sectionOf<T extends Table>(table: T): z.ZodType<Chosen<T>> {
  const shape: Record<string, z.ZodType> = {};
  const inner: Record<string, Record<string, z.ZodType>> = {};
  for (const [name, choice] of Object.entries(table)) {
    const [field, within] = placeOf(name, choice);
    const schema = schemaOf(choice).nullish();
    if (within === undefined) shape[field] = schema;
    else inner[within] = { ...inner[within], [field]: schema };
  }
  for (const [field, fields] of Object.entries(inner)) shape[field] = z.strictObject(fields).nullish();
  return z.strictObject(shape).transform((section) => chosenIn(section, table)) as z.ZodType<Chosen<T>>;
}

/** What `persona.json` says when every choice has its default; null where that depends on something else. */
export function exampleSection(table: Table): Record<string, unknown> {
  const section: Record<string, unknown> = {};
  for (const [name, choice] of Object.entries(table)) {
    const [field, within] = placeOf(name, choice);
    const value = exampleOf(choice);
    if (within === undefined) section[field] = value;
    else section[within] = { ...(section[within] as object | undefined), [field]: value };
  }
  return section;
}

function exampleOf(choice: Choice): unknown {
  if ("sentences" in choice) return usualSentences(choice.sentences);
  return choice.otherwise === undefined ? (choice.default ?? null) : null;
}

function chosenIn(section: Record<string, unknown>, table: Table): Record<string, unknown> {
  const chosen: Record<string, unknown> = {};
  for (const [name, choice] of Object.entries(table)) {
    const [field, within] = placeOf(name, choice);
    const fields = (within === undefined ? section : section[within]) as Record<string, unknown> | undefined;
    const value = fields?.[field];
    if (value !== undefined && value !== null) chosen[name] = value;
  }
  return chosen;
}

/** The field of a choice, and the object within its section that the field is in, if it is in one. */
function placeOf(name: string, { field = name }: { field?: string }): [field: string, within?: string] {
  const [first = field, second] = field.split(".");
  return second === undefined ? [first] : [second, first];
}

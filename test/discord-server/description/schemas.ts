import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod/mini";
import { projectRoot } from "../../../src/project.ts";
import { readType, type Type } from "./type-reader.ts";

const folder = path.join(projectRoot, "node_modules", "discord-api-spec", "build");
const text = await readFile(path.join(folder, "discord-api-spec.ts"), "utf8");
const named = await strictSchemas();

/** Every path with its methods, as Discord's OpenAPI description has them. */
export const paths = readPaths();

const plain: Record<string, z.ZodMiniType> = {
  string: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  null: z.null(),
  undefined: z.undefined(),
  unknown: z.unknown(),
  never: z.never(),
};

/** The schema of a type that a path speaks of; unknown members are refused everywhere inside. */
export function schemaOf(type: Type): z.ZodMiniType {
  switch (type.kind) {
    case "literal":
      return z.literal(type.value);
    case "array":
      return z.array(schemaOf(type.element));
    case "record":
      return z.record(z.string(), schemaOf(type.element));
    case "union":
      return z.union(type.options.map(schemaOf));
    case "object": {
      const members = [...type.members].map(([key, { type, isOptional }]) => {
        const schema = schemaOf(type);
        return [key, isOptional ? z.optional(schema) : schema] as const;
      });
      return z.strictObject(Object.fromEntries(members));
    }
    case "name":
      return plain[type.name] ?? namedSchema(type.name);
  }
}

/** A schema of the description by its name. */
export function namedSchema(name: string): z.ZodMiniType {
  const schema = named[`${name}Schema`];
  if (schema === undefined) throw new Error(`Discord's description has no type called ${name}.`);
  return schema;
}

/**
 * The package's schemas, refusing members that nobody described.
 *
 * Its own `setStrictObject` comes too late: the schemas are built when it is imported. So it is imported with that
 * word already said.
 */
async function strictSchemas(): Promise<Record<string, z.ZodMiniType>> {
  z.config(z.locales.en());
  const source = await readFile(path.join(folder, "discord-api-spec.zod.js"), "utf8");
  const zod = pathToFileURL(path.join(projectRoot, "node_modules", "zod", "mini", "index.js")).href;
  const strict = source
    .replace("let zObject = z.object;", "let zObject = z.strictObject;")
    .replace('"zod/mini"', JSON.stringify(zod));
  return import(`data:text/javascript;base64,${Buffer.from(strict).toString("base64")}`);
}

function readPaths(): Map<string, Type> {
  const [, body = ""] = /^export interface Paths (\{.*?^\})/ms.exec(text) ?? [];
  const type = readType(body);
  if (type.kind !== "object") throw new Error("Discord's description lists no paths.");
  return new Map([...type.members].map(([template, { type }]) => [template, type]));
}

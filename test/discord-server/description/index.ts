import type * as z from "zod/mini";
import { exceptionFor } from "./exceptions.ts";
import { namedSchema, paths, schemaOf } from "./schemas.ts";
import type { Type } from "./type-reader.ts";

/** Where Discord's published description and what was said differ. */
export interface Violation {
  /** Such as `POST /channels/{channel_id}/messages`, or the name of a gateway event. */
  where: string;
  side: "request" | "response";
  problem: string;
}

/** An operation of Discord's REST API. */
export interface Operation {
  /** Method and path as the description writes them. */
  name: string;
  parameters: Record<string, string>;
}

interface Template {
  path: string;
  expression: RegExp;
  names: string[];
}

/** Paths with fewer parameters first: `/members/@me` is not somebody called @me. */
const templates: Template[] = [...paths.keys()]
  .map((path) => ({
    path,
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    expression: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
  }))
  .toSorted((one, other) => one.names.length - other.names.length);

/** The operation that a request means; undefined where Discord has none. */
export function operationOf(method: string, pathname: string): Operation | undefined {
  for (const { path, expression, names } of templates) {
    const match = expression.exec(pathname);
    if (match === null || memberOf(paths.get(path), method.toLowerCase()) === undefined) continue;
    const values = match.slice(1).map(decodeURIComponent);
    return {
      name: `${method} ${path}`,
      parameters: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""])),
    };
  }
  return undefined;
}

/** What a request says that Discord's description does not allow. */
export function checkRequest(name: string, body: unknown, query: Record<string, string>): Violation[] {
  const operation = operationNamed(name);
  const allowed = memberOf(memberOf(operation, "parameters"), "query");
  const unknown = Object.keys(query).filter((key) => memberOf(allowed, key) === undefined);
  const problems = unknown.map((key) => `query: no parameter is called ${key}`);
  const type = memberOf(operation, "requestBody");
  if (type !== undefined && body !== undefined) problems.push(...problemsOf(schemaOfOnce(name, type), body));
  return problems.flatMap((problem) => violation(name, "request", problem));
}

/** What an answer says that Discord's description does not allow. */
export function checkResponse(name: string, status: number, body: unknown): Violation[] {
  const responses = memberOf(operationNamed(name), "responses");
  // The description has no answers for failures of Discord itself.
  if (status >= 500) return [];
  const type = memberOf(responses, String(status)) ?? memberOf(responses, status >= 400 ? "4XX" : "");
  if (type === undefined) return violation(name, "response", `no answer has the status ${status}`);
  const problems = problemsOf(schemaOfOnce(`${name} ${status}`, type), body);
  return problems.flatMap((problem) => violation(name, "response", problem));
}

/** What is wrong with a value that the description has a name for, such as a message in a gateway event. */
export function checkNamed(where: string, type: string, value: unknown): Violation[] {
  const problems = problemsOf(namedSchema(type), value);
  return problems.flatMap((problem) => violation(where, "response", problem));
}

function violation(where: string, side: Violation["side"], problem: string): Violation[] {
  return exceptionFor({ where, side, problem }) === undefined ? [{ where, side, problem }] : [];
}

function operationNamed(name: string): Type | undefined {
  const [method = "", path = ""] = name.split(" ");
  return memberOf(paths.get(path), method.toLowerCase());
}

function memberOf(type: Type | undefined, name: string): Type | undefined {
  return type?.kind === "object" ? type.members.get(name)?.type : undefined;
}

const built = new Map<string, z.ZodMiniType>();

function schemaOfOnce(name: string, type: Type): z.ZodMiniType {
  const schema = built.get(name) ?? schemaOf(type);
  built.set(name, schema);
  return schema;
}

function problemsOf(schema: z.ZodMiniType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return error?.issues.flatMap((issue) => describe(issue, [])) ?? [];
}

/** Of a union, the option that fits best is told: the others miss their type at once. */
function describe(issue: z.core.$ZodIssue, parents: PropertyKey[]): string[] {
  const where = [...parents, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0)
    return [`${where.map(String).join(".") || "body"}: ${issue.message}`];
  const [best = []] = issue.errors.toSorted((one, other) => misses(one) - misses(other));
  return best.flatMap((inner) => describe(inner, where));
}

function misses(issues: z.core.$ZodIssue[]): number {
  const isOfOtherKind = issues.some(
    ({ path, code }) =>
      (path.length <= 1 && code === "invalid_value") || (path.length === 0 && code === "invalid_type"),
  );
  return issues.length + (isOfOtherKind ? 1000 : 0);
}

import type { ContentfulStatusCode } from "hono/utils/http-status";
import type * as z from "zod";
import { UserError } from "../../errors.ts";
import { printable } from "../../printable.ts";

interface ProblemDetails {
  /** The field of the request that it is about. */
  param?: string | undefined;
  /** A word that programs branch on. */
  code?: string;
  retryAfterSeconds?: number;
}

/** What a client did wrong, or has to wait for: it is told so in the shape of OpenAI's errors. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: ContentfulStatusCode;
  readonly param: string | null;
  readonly code: string | null;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: ContentfulStatusCode,
    message: string,
    { param, code, retryAfterSeconds }: ProblemDetails = {},
  ) {
    super(message);
    this.status = status;
    this.param = param ?? null;
    this.code = code ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The body of an error, as clients of OpenAI's API read it. */
export function bodyOf({ status, message, param, code }: ApiProblem) {
  return { error: { message, type: typeOf(status), param, code } };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

/** A mistake of ours: what it was stands in the log alone. */
const ourMistake = new ApiProblem(500, "Something went wrong in persona; its log says more.");

/** The model itself cannot answer; why is for its owner alone. */
const notNow = new ApiProblem(503, "The model cannot answer at the moment; its owner is told why.", {
  code: "model_unavailable",
  retryAfterSeconds: 30,
});

/** What a client is told of a failure. */
export function problemOf(error: unknown, onMistake: (error: unknown) => void): ApiProblem {
  if (error instanceof ApiProblem) return error;
  onMistake(error);
  return error instanceof UserError ? notNow : ourMistake;
}

/** What kind of failure it was, for the owner: the words of one may quote a request. */
export function describeMistake(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof UserError) return `${error.message} ${error.fix}`;
  const [, ...frames] = (error.stack ?? "").split("\n    at ");
  return `${error.name} at ${frames.slice(0, 3).join(" < ") || "?"}`;
}

/** Why an answer goes no further: its client has left, its time is up, or the server ends. */
export const stopped = new ApiProblem(503, "The answer was stopped before its end.", { code: "stopped" });

export const closing = new ApiProblem(503, "persona is being stopped.", { retryAfterSeconds: 10 });

/** The request as it is understood; its first mistake is a problem that names the field, and quotes nothing. */
export function understood<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const issue = clearest(read.error.issues[0]);
  const place = issue?.path.map(String).join(".") ?? "";
  const message = issue?.code === "invalid_union" ? "It has a shape that is not understood" : issue?.message;
  throw new ApiProblem(400, printable(`${place === "" ? "The body" : place}: ${message}.`, 300), {
    param: place === "" ? undefined : printable(place, 100),
  });
}

/** Of what may have several shapes, what is wrong with the one that was meant, where that is plain. */
function clearest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const meant = issue.errors.filter((issues) => issues.every(({ code }) => code !== "invalid_type"));
  const [first, ...others] = meant.map(([firstIssue]) => firstIssue);
  if (first === undefined || others.some((other) => other?.message !== first.message)) return issue;
  return clearest({ ...first, path: [...issue.path, ...first.path] });
}

/**
 * Fields of a request that nothing is done with.
 *
 * @param place Where in the request they stand.
 */
export function ignoredFields(schema: z.ZodObject, fields: object | null | undefined, place = ""): string[] {
  const ignored = Object.keys(fields ?? {}).filter((name) => !Object.hasOwn(schema.shape, name));
  return ignored.map((name) => `${place}${name}`);
}

import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import { orPassOver, UserError } from "../../errors.ts";
import { checkHostAndOrigin, TokenCheck } from "./access/index.ts";
import { chat } from "./chat/index.ts";
import { complete } from "./completions/index.ts";
import { generate } from "./generate.ts";
import { listModels, showModel } from "./models.ts";
import { describeApi } from "./openapi.ts";
import { ApiProblem, bodyOf, problemOf } from "./problems.ts";
import { respond } from "./responses/index.ts";
import { type Service, secondsNow } from "./service.ts";

export interface AppOptions {
  service: Service;
  /** What every request but `/health` must carry; undefined where none is asked for. */
  token: string | undefined;
  host: string;
  allowedHosts: string[];
  allowedOrigins: string[];
  /** Told routes, times and kinds of failure, never words. */
  log: Logger;
}

type Handler = (context: Context) => Response | Promise<Response>;

/** What answers each request, without the network. */
export function createApp(options: AppOptions): Hono {
  const { service, log } = options;
  const app = new Hono();
  const check = accessCheck(options);
  const onMistake = (error: unknown) => log.error({ error: describeMistake(error) }, "an answer failed");
  app.use(async (context, next) => {
    const startedAt = performance.now();
    await next();
    const { status } = context.res;
    const milliseconds = Math.round(performance.now() - startedAt);
    const route = routes.has(context.req.path) ? context.req.path : patternOf(context.req.path);
    service.metrics.request(route, status, milliseconds / 1000);
    log.info({ route, status, milliseconds }, "answered");
  });
  app.use(async (context, next) => {
    const origin = check(context);
    if (context.req.method === "OPTIONS" && origin !== undefined) return preflight(origin);
    await next();
    if (origin !== undefined) for (const [name, value] of readableBy(origin)) context.header(name, value);
    return undefined;
  });
  const startedAt = secondsNow();
  const routes = new Map<string, [method: "GET" | "POST", Handler]>([
    ["/health", ["GET", (context) => context.json({ status: "ok" })]],
    ["/metrics", ["GET", (context) => context.text(service.metrics.describe(service.line))]],
    ["/openapi.json", ["GET", async (context) => context.json(await description(options))]],
    ["/v1/models", ["GET", (context) => context.json(listModels(service, startedAt))]],
    ["/v1/completions", ["POST", (context) => complete(context, service, onMistake)]],
    ["/v1/chat/completions", ["POST", (context) => chat(context, service, onMistake)]],
    ["/v1/responses", ["POST", (context) => respond(context, service, onMistake)]],
    ["/generate", ["POST", (context) => generate(context, service, onMistake)]],
  ]);
  for (const [path, [method, handler]] of routes) addRoute(app, path, method, handler);
  addRoute(app, "/v1/models/:model", "GET", (context) =>
    context.json(showModel(service, context.req.param("model") ?? "", startedAt)),
  );
  app.notFound((context) => refuse(context, new ApiProblem(404, "There is nothing at that path.")));
  app.onError((error, context) => {
    return refuse(context, problemOf(error, onMistake));
  });
  return app;
}

async function description({ service, token }: AppOptions): Promise<object> {
  const size = service.persona.withModel(async ({ tokenizer }) => tokenizer.vocabularySize);
  const vocabularySize = await orPassOver(size, () => {});
  return describeApi({ asksForToken: token !== undefined, vocabularySize });
}

function addRoute(app: Hono, path: string, method: "GET" | "POST", handler: Handler): void {
  app.on(method, path, handler);
  app.all(path, (context) => {
    context.header("allow", method);
    return refuse(context, new ApiProblem(405, `Use ${method} here.`));
  });
}

/** Says who may come in; gives the origin whose script asks. */
function accessCheck({ token, ...hosts }: AppOptions): (context: Context) => string | undefined {
  const tokens = token === undefined ? undefined : new TokenCheck(token);
  return (context) => {
    const host = context.req.header("host");
    const origin = checkHostAndOrigin({ host, origin: context.req.header("origin") }, hosts);
    // Whoever watches over a server needs no secret to see that it is there, and a browser asks first without one.
    const isOpen = context.req.path === "/health" || context.req.method === "OPTIONS";
    if (!isOpen) tokens?.check(context.req.header("authorization"), addressOf(context));
    return origin;
  };
}

function addressOf(context: Context): string {
  return getConnInfo(context).remote.address ?? "?";
}

function preflight(origin: string): Response {
  return new Response(null, {
    status: 204,
    headers: [
      ...readableBy(origin),
      ["access-control-allow-methods", "GET, POST"],
      ["access-control-allow-headers", "authorization, content-type"],
      ["access-control-max-age", "600"],
    ],
  });
}

function readableBy(origin: string): [string, string][] {
  return [
    ["access-control-allow-origin", origin],
    ["access-control-expose-headers", "x-persona-ignored, retry-after"],
    ["vary", "origin"],
  ];
}

function refuse(context: Context, problem: ApiProblem): Response {
  if (problem.retryAfterSeconds !== undefined) {
    context.header("retry-after", String(problem.retryAfterSeconds));
  }
  if (problem.status === 401) context.header("www-authenticate", "Bearer");
  return context.json(bodyOf(problem), problem.status as ContentfulStatusCode);
}

/** Few patterns, whatever people type: each is a line of the metrics. */
function patternOf(path: string): string {
  return path.startsWith("/v1/models/") ? "/v1/models/{model}" : "other";
}

/** What kind of failure it was: the words of one may quote a request. */
function describeMistake(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof UserError) return `${error.message} ${error.fix}`;
  const [, ...frames] = (error.stack ?? "").split("\n    at ");
  return `${error.name} at ${frames.slice(0, 3).join(" < ") || "?"}`;
}

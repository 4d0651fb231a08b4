import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import { orPassOver } from "../../errors.ts";
import { checkHostAndOrigin, TokenCheck } from "./access/index.ts";
import { chat } from "./chat/index.ts";
import { complete } from "./completions/index.ts";
import { generate } from "./generate.ts";
import { listModels, showModel } from "./models.ts";
import { describeApi } from "./openapi.ts";
import { ApiProblem, bodyOf, describeMistake, problemOf } from "./problems.ts";
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

/** What answers each request, without the network. */
export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  const onMistake = (error: unknown) =>
    options.log.error({ error: describeMistake(error) }, "an answer failed");
  const routes = routesOf(options, onMistake);
  app.use(watchTraffic(options, new Set(routes.map(({ path }) => path))));
  app.use(checkAccess(options));
  for (const route of routes) addRoute(app, route);
  app.notFound((context) => refuse(context, new ApiProblem(404, "There is nothing at that path.")));
  app.onError((error, context) => refuse(context, problemOf(error, onMistake)));
  return app;
}

interface Route {
  path: string;
  method: "GET" | "POST";
  handler: (context: Context) => Response | Promise<Response>;
}

function routesOf(options: AppOptions, onMistake: (error: unknown) => void): Route[] {
  const { service } = options;
  const startedAt = secondsNow();
  const get = (path: string, handler: Route["handler"]): Route => ({ path, method: "GET", handler });
  const post = (path: string, answer: typeof chat): Route => ({
    path,
    method: "POST",
    handler: (context) => answer(context, service, onMistake),
  });
  return [
    get("/health", (context) => context.json({ status: "ok" })),
    get("/metrics", (context) => context.text(service.metrics.describe(service.line))),
    get("/openapi.json", async (context) => context.json(await description(options))),
    get("/v1/models", (context) => context.json(listModels(service, startedAt))),
    get(oneModel, (context) => context.json(showModel(service, context.req.param("model") ?? "", startedAt))),
    post("/v1/completions", complete),
    post("/v1/chat/completions", chat),
    post("/v1/responses", respond),
    post("/generate", generate),
  ];
}

const oneModel = "/v1/models/:model";

/** Counts and logs each request. */
function watchTraffic({ service, log }: AppOptions, paths: Set<string>): MiddlewareHandler {
  return async (context, next) => {
    const startedAt = performance.now();
    await next();
    const { status } = context.res;
    const milliseconds = Math.round(performance.now() - startedAt);
    const route = patternOf(context.req.path, paths);
    service.metrics.request(route, status, milliseconds / 1000);
    log.info({ route, status, milliseconds }, "answered");
  };
}

/** Lets in whoever may, and lets scripts of pages that may ask read the answer. */
function checkAccess(options: AppOptions): MiddlewareHandler {
  const check = accessCheck(options);
  return async (context, next) => {
    const origin = check(context);
    if (context.req.method === "OPTIONS" && origin !== undefined) return preflight(origin);
    await next();
    if (origin !== undefined) for (const [name, value] of readableBy(origin)) context.header(name, value);
    return undefined;
  };
}

async function description({ service, token }: AppOptions): Promise<object> {
  const size = service.persona.withModel(async ({ tokenizer }) => tokenizer.vocabularySize);
  const vocabularySize = await orPassOver(size, () => {});
  return describeApi({ asksForToken: token !== undefined, vocabularySize });
}

function addRoute(app: Hono, { path, method, handler }: Route): void {
  app.on(method, path, handler);
  app.all(path, (context) => {
    context.header("allow", method === "GET" ? "GET, HEAD" : method);
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
function patternOf(path: string, paths: Set<string>): string {
  if (path.startsWith("/v1/models/")) return oneModel;
  return paths.has(path) ? path : "other";
}

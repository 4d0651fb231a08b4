import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { checkRequest, checkResponse, operationOf } from "./description/index.ts";
import type { Discord, Reply, Request } from "./discord.ts";
import { Refusal, refusals } from "./errors.ts";
import { type Fault, refusalOf } from "./faults.ts";
import { routes } from "./routes/index.ts";

/** A request that came, and the status of what was answered. */
export interface Handled {
  name: string;
  parameters: Record<string, string>;
  body: unknown;
  status: number;
}

interface Answer extends Reply {
  headers: Record<string, string>;
}

/** Discord's side of its REST API; what was said on either side is held against its published description. */
export class Rest {
  readonly handled: Handled[] = [];
  isTokenRevoked = false;
  readonly #discord: Discord;

  constructor(discord: Discord) {
    this.#discord = discord;
  }

  async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.#read(incoming);
    if (request === undefined) return respond(response, { ...unknownRoute, headers: {} });
    const fault = this.#discord.faults.next(request);
    if (fault?.delayMs !== undefined) await wait(fault.delayMs);
    if (fault?.breaks === "before") return breakOff(incoming, fault);
    const answer = this.#reply(request, incoming, fault);
    this.handled.push({ ...pick(request), status: answer.status });
    const body = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
    this.#discord.violations.push(...checkResponse(request.name, answer.status, body));
    if (fault?.breaks === "after") return breakOff(incoming, fault);
    respond(response, answer);
  }

  async #read(incoming: IncomingMessage): Promise<Request | undefined> {
    const method = incoming.method ?? "";
    const url = new URL(incoming.url ?? "", "http://localhost");
    const pathname = url.pathname.replace(/^\/api(\/v10)?/, "").replaceAll("%40", "@");
    const bytes = await buffer(incoming);
    const operation = operationOf(method, pathname);
    if (operation === undefined) {
      const problem = "Discord has no such operation";
      this.#discord.violations.push({ where: `${method} ${pathname}`, side: "request", problem });
      return undefined;
    }
    const query = Object.fromEntries(url.searchParams);
    const { body, files } = await contentOf(incoming, bytes);
    return { ...operation, query, body, files };
  }

  #reply(request: Request, incoming: IncomingMessage, fault: Fault | undefined): Answer {
    const { rateLimits, violations } = this.#discord;
    const counted = rateLimits.count(request.name, request.parameters);
    const { headers, retryAfter } = counted;
    try {
      if (retryAfter !== undefined) throw refusals.rateLimited(retryAfter, counted.isGlobal);
      this.#refuseStrangers(request, incoming);
      const refusal = fault === undefined ? undefined : refusalOf(fault);
      if (refusal !== undefined) throw refusal;
      const wrong = checkRequest(request.name, request.body, request.query);
      violations.push(...wrong);
      if (wrong.length > 0) throw refusals.invalidForm();
      const route = routes[request.name];
      if (route === undefined)
        throw new Error(`The stand-in for Discord does not answer ${request.name} yet.`);
      return { headers, ...route({ ...request, body: request.body ?? {} }, this.#discord) };
    } catch (error) {
      if (!(error instanceof Refusal)) {
        violations.push({ where: request.name, side: "response", problem: String(error) });
        return { headers, status: 501, body: { code: 0, message: String(error) } };
      }
      const { status, code, message, details } = error;
      return {
        headers: { ...headers, ...waitingTime(details) },
        status,
        body: { code, message, ...details },
      };
    }
  }

  #refuseStrangers({ name }: Request, { headers }: IncomingMessage): void {
    const needsNoToken = /\{(interaction|webhook)_token\}/.test(name);
    if (needsNoToken) return;
    const isGood = !this.isTokenRevoked && headers.authorization === `Bot ${this.#discord.settings.token}`;
    if (!isGood) throw refusals.unauthorized();
  }
}

const unknownRoute: Reply = { status: 404, body: { code: 0, message: "404: Not Found" } };

function pick({ name, parameters, body }: Request) {
  return { name, parameters, body };
}

/** Too many requests are told in whole seconds to those who read headers only. */
function waitingTime({ retry_after: seconds }: { retry_after?: number }): Record<string, string> {
  return seconds === undefined ? {} : { "retry-after": String(Math.ceil(seconds)) };
}

/** Files come beside the JSON, as a form. */
async function contentOf(
  { headers }: IncomingMessage,
  bytes: Buffer,
): Promise<Pick<Request, "body" | "files">> {
  const type = headers["content-type"] ?? "";
  if (bytes.length === 0) return { body: undefined, files: [] };
  if (!type.startsWith("multipart/form-data")) return { body: JSON.parse(String(bytes)), files: [] };
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const files = [...form.values()].flatMap((value) =>
    typeof value === "string" ? [] : [{ filename: value.name, contentType: value.type, size: value.size }],
  );
  return { body: JSON.parse(String(form.get("payload_json") ?? "{}")), files };
}

function respond(response: ServerResponse, { status, body, headers }: Answer): void {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  response.writeHead(status, { ...headers, ...type });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function breakOff({ socket }: IncomingMessage, { resets }: Fault): void {
  if (resets) socket.resetAndDestroy();
  else socket.destroy();
}

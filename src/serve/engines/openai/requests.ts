import { ZodError } from "zod";
import { UserError } from "../../../errors.ts";
import { printable } from "../../../printable.ts";

/** Where a server of completions is, and how it is asked. */
export interface Server {
  /** Without a slash at its end: `http://127.0.0.1:8080`. */
  address: string;
  key: string | undefined;
  /** A server that says nothing for so long is given up. */
  patienceMs: number;
}

/** The variable of the environment that holds a server's key. */
export const serverKeyVariable = "PERSONA_SERVER_KEY";

/** Characters of a server's own words that an error quotes. */
const maxQuoted = 200;

/** @throws {UserError} for what is no address of a server. */
export function serverAt(text: string, { key = "", patienceMs = 120_000 } = {}): Server {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`${printable(text)} is no address of a server.`, {
      fix: "Write it as http://127.0.0.1:8080.",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError("A key in the address of a server can be read by everybody who lists processes.", {
      fix: `Leave it out of the address, and put it into ${serverKeyVariable} or into a file named .env here.`,
    });
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  return { address: `${url.origin}${path}`, key: key.trim() || undefined, patienceMs };
}

/** Whether what is sent there stays on this machine. */
function isOnThisMachine({ address }: Server): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** Whether what is sent there can be read on the way. */
export function isReadableOnTheWay(server: Server): boolean {
  return server.address.startsWith("http:") && !isOnThisMachine(server);
}

export interface Ask {
  path: string;
  /** Sent as JSON; without one, the server is only asked. */
  body?: object;
  signal?: AbortSignal | undefined;
}

/** The JSON that a server answers with; undefined where it does not know the path. */
export async function askFor(server: Server, ask: Ask): Promise<unknown> {
  const response = await request(server, ask, AbortSignal.timeout(server.patienceMs));
  if (response.status === 404 || response.status === 405 || response.status === 501) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) throw await refusal(server, response);
  const text = await response.text().catch((error: Error) => {
    throw ask.signal?.aborted ? error : brokenOff(server, error);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noCompletions(server, cause);
  }
}

/**
 * Ends when whoever asks gives up, or its caller does by `limit`.
 *
 * @throws {UserError} where no server answers, or another one should be asked; the caller looks at the status.
 */
export async function request(
  server: Server,
  { path, body, signal }: Ask,
  limit: AbortSignal,
): Promise<Response> {
  const { address, key } = server;
  const response = await fetch(`${address}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    // Words of friends, and the key, go to the server that was named and to no other.
    redirect: "manual",
    signal: AbortSignal.any(signal ? [limit, signal] : [limit]),
  }).catch((error: Error) => {
    throw signal?.aborted ? error : unreachable(server, error);
  });
  if (response.status < 300 || response.status >= 400) return response;
  await response.body?.cancel();
  const elsewhere = printable(response.headers.get("location") ?? "another address", maxQuoted);
  throw new UserError(`The server at ${address} sends requests on to ${elsewhere}.`, {
    fix: "If you trust that address, name it instead.",
  });
}

/** What a server's refusal means, in its own words as far as they can be shown. */
export async function refusal(server: Server, response: Response): Promise<UserError> {
  const { address } = server;
  const words = wordsOf(await response.text().catch(() => ""));
  if (response.status === 401 || response.status === 403) {
    return new UserError(`The server at ${address} ${server.key ? "refuses the key" : "asks for a key"}.`, {
      fix: `Put its key into ${serverKeyVariable}, or into a file named .env here.`,
    });
  }
  if (response.status === 503 && /loading/i.test(words)) {
    return new UserError(`The server at ${address} is still loading its model.`, {
      fix: "Try again in a moment.",
    });
  }
  return new UserError(`The server at ${address} answers with ${response.status}${words && `: ${words}`}.`, {
    fix:
      response.status < 500
        ? "See docs/serving.md for what a server must understand."
        : "Look at the server's log.",
  });
}

/** The message of an error in JSON, as OpenAI, llama-server and vLLM write it; else the beginning of the text. */
export function wordsOf(text: string): string {
  let found: unknown = text;
  try {
    const { error = {}, message, detail } = JSON.parse(text) as Record<string, unknown>;
    found = (error as { message?: unknown }).message ?? message ?? detail ?? error;
  } catch {
    // What is no JSON is shown as it stands.
  }
  const words = typeof found === "string" ? found : JSON.stringify(found);
  return printable(words, maxQuoted).replace(/[.\s]+$/, "");
}

export function brokenOff({ address, patienceMs }: Server, cause: Error): UserError {
  const isSilent = cause.name === "TimeoutError";
  return new UserError(
    isSilent
      ? `The server at ${address} said nothing for ${patienceMs / 1000} s.`
      : `The server at ${address} broke off in the middle of an answer.`,
    { fix: "Look at the server's log, and restart it if it has stopped.", cause },
  );
}

/** What was understood of an answer; one of another shape comes from another kind of server. */
export function readAs<T>(server: Server, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ZodError ? noCompletions(server, error) : error;
  }
}

export function noCompletions({ address }: Server, cause?: unknown): UserError {
  return new UserError(`What answers at ${address} is no server of completions.`, {
    fix: "Name the address of llama-server or vLLM, such as http://127.0.0.1:8080.",
    cause,
  });
}

function unreachable(server: Server, error: Error): UserError {
  if (error.name === "TimeoutError") return brokenOff(server, error);
  const { code } = (error.cause ?? {}) as { code?: string };
  return new UserError(`No server answers at ${server.address}${code ? ` (${code})` : ""}.`, {
    fix: "Start it, or name another (reply.server in persona.json).",
    cause: error,
  });
}

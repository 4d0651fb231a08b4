import { UserError } from "../../../errors.ts";
import { type Ask, brokenOff, refusal, request, type Server, wordsOf } from "./requests.ts";

/** A line of events longer than this comes from no server of completions. */
const maxLine = 16 * 1024 * 1024;

/**
 * The JSON of each server-sent event of an answer, as it comes. Whoever stops reading ends the request, and the server
 * its work on it.
 */
export async function* readEvents(server: Server, ask: Ask): AsyncGenerator<unknown> {
  const ended = new AbortController();
  const silence = new Silence(server.patienceMs, (reason) => ended.abort(reason));
  try {
    const response = await request(server, ask, ended.signal);
    if (!response.ok) throw await refusal(server, response);
    for await (const line of linesOf(response, () => silence.isOver())) {
      const data = /^data: ?(.*)$/s.exec(line)?.[1];
      if (data === "[DONE]") return;
      if (data !== undefined) yield readEvent(server, data);
      else if (line.startsWith("error:")) throw saysError(server, line.slice("error:".length));
    }
  } catch (error) {
    if (ask.signal?.aborted) return;
    throw error instanceof UserError ? error : brokenOff(server, error as Error);
  } finally {
    silence.stop();
    ended.abort();
  }
}

/** Waits for the next sign of life. */
class Silence {
  readonly #timer: NodeJS.Timeout;

  constructor(patienceMs: number, tooLong: (reason: Error) => void) {
    const reason = new DOMException("The server is silent.", "TimeoutError");
    this.#timer = setTimeout(() => tooLong(reason), patienceMs);
  }

  isOver(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Lines without their ends; comments, which servers send to keep a connection alive, are lines too. */
async function* linesOf(response: Response, onLife: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let unfinished = "";
  for await (const bytes of response.body ?? []) {
    onLife();
    const lines = (unfinished + decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    unfinished = lines.pop() ?? "";
    if (unfinished.length > maxLine) throw new Error("A line without an end.");
    yield* lines;
  }
  if (unfinished !== "") yield unfinished;
}

function readEvent(server: Server, data: string): unknown {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch (cause) {
    throw brokenOff(server, cause as Error);
  }
  if (typeof event === "object" && event !== null && "error" in event) throw saysError(server, data);
  return event;
}

function saysError({ address }: Server, data: string): UserError {
  return new UserError(`The server at ${address} reported an error: ${wordsOf(data)}.`, {
    fix: "Look at the server's log.",
  });
}

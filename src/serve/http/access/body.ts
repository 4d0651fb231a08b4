import { ApiProblem } from "../problems.ts";

/** Bytes of a request: some hundred times what a context holds. */
const maxBodyBytes = 1_048_576;
/** Brackets within brackets: no request that is understood has more than six. */
const maxDepth = 32;

/** The JSON of a request, which is hostile until somebody has looked at its shape. */
export async function readJsonBody(request: Request): Promise<object> {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(request.headers.get("content-type") ?? "")) {
    // A page of somebody else may send anything but JSON without asking first.
    throw new ApiProblem(415, "Send JSON, with Content-Type: application/json.");
  }
  if ((request.headers.get("content-encoding") ?? "identity") !== "identity") {
    throw new ApiProblem(415, "Send the JSON as it is, without Content-Encoding.");
  }
  const text = decoded(await readBytes(request));
  if (depthOf(text) > maxDepth) throw new ApiProblem(400, `The JSON is nested more than ${maxDepth} deep.`);
  const body = parsed(text);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new ApiProblem(400, "The body is no JSON object.");
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const tooLarge = new ApiProblem(413, `The body is larger than ${maxBodyBytes} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of arriving(request)) {
    length += part.length;
    if (length > maxBodyBytes) throw tooLarge;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The body as it comes. Where its client leaves or is too slow, that is the client's mistake. */
async function* arriving({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch {
    throw new ApiProblem(400, "The body did not come whole.");
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ApiProblem(400, "The body is not valid UTF-8.");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the body.
    throw new ApiProblem(400, "The body is not valid JSON.");
  }
}

/** How many brackets are open at most. */
function depthOf(json: string): number {
  let [depth, deepest, isInString] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (isInString && character === "\\") at++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}

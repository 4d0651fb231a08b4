import { Transform, type TransformCallback } from "node:stream";
import { parseJSONRPCMessage } from "@modelcontextprotocol/server";

/** Bytes of one message: the longest that a tool takes fits in, and the SDK holds no more than ten. */
const maxLineBytes = 8 * 1_048_576;
const newLine = 0x0a;

/** Codes of JSON-RPC. */
const noJson = -32700;
const noRequest = -32600;

/**
 * What a client writes, without the lines that the SDK would pass over in silence, or break off at: whoever sent one would
 * wait for an answer for ever, and so is told at once.
 */
export class UnderstoodLines extends Transform {
  readonly #refuse: (line: string) => void;
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** @param refuse Sends the client a line that says what was wrong with theirs. */
  constructor(refuse: (line: string) => void) {
    super();
    this.#refuse = refuse;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    let from = 0;
    for (let end = chunk.indexOf(newLine); end >= 0; end = chunk.indexOf(newLine, from)) {
      this.#hold(chunk.subarray(from, end));
      this.#endLine();
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    done();
  }

  /** Of what is too long, nothing is kept. */
  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > maxLineBytes) this.#held = [];
    else if (part.length > 0) this.#held.push(part);
  }

  #endLine(): void {
    const line = Buffer.concat(this.#held).toString("utf8").trim();
    const refusal = this.#heldBytes > maxLineBytes ? tooLong : refusalOf(line);
    this.#held = [];
    this.#heldBytes = 0;
    if (refusal !== undefined) this.#refuse(`${JSON.stringify({ jsonrpc: "2.0", ...refusal })}\n`);
    else if (line !== "") this.push(`${line}\n`);
  }
}

interface Refusal {
  /** By which the client knows its message again, where it has one that may come back. */
  id?: string | number;
  error: { code: number; message: string };
}

const tooLong: Refusal = {
  error: { code: noRequest, message: `A message has ${maxLineBytes} bytes at most.` },
};

/** What is wrong with a line, without a word of it. */
function refusalOf(line: string): Refusal | undefined {
  if (line === "") return undefined;
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return { error: { code: noJson, message: "That is not JSON. Send one message a line." } };
  }
  try {
    parseJSONRPCMessage(message);
    return undefined;
  } catch {
    return { ...idOf(message), error: { code: noRequest, message: problemOf(message) } };
  }
}

function problemOf(message: unknown): string {
  return Array.isArray(message)
    ? "Several messages in one are not understood. Send one a line."
    : "That is not a JSON-RPC 2.0 message whose id is a text or a whole number.";
}

function idOf(message: unknown): { id?: string | number } {
  const { id } = (message ?? {}) as { id?: unknown };
  return typeof id === "string" || Number.isSafeInteger(id) ? { id: id as string | number } : {};
}

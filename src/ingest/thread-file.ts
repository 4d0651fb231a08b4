/** One thread's messages in the store: JSON lines, oldest first, in a file that is named by its content. */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { asideName, type Workspace } from "../workspace.ts";
import type { PlacedEntry } from "./merge.ts";

export interface ThreadFileName {
  id: string;
  sha256: string;
}

export function threadFile({ messages }: Workspace, { id, sha256 }: ThreadFileName): string {
  return path.join(messages, `${id}.${sha256.slice(0, 12)}.jsonl`);
}

const readBytes = 1 << 18;

/** The entries of a file in batches, a buffer's worth of them in memory. */
export async function* readThreadFile(
  workspace: Workspace,
  name: ThreadFileName,
): AsyncGenerator<PlacedEntry[]> {
  for await (const lines of linesOf(threadFile(workspace, name))) yield lines.map(parseLine);
}

/** Whole lines of a file, many at a time. */
export async function* linesOf(file: string, chunkBytes = readBytes): AsyncGenerator<string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end + 1)];
    yield whole.toString("utf8").split("\n");
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last.toString("utf8").split("\n");
}

export function parseLine(line: string): PlacedEntry {
  const { attachments = [], reactions = [], text = "", kind = "text", ...rest } = JSON.parse(line);
  return { text, kind, attachments, reactions, ...rest };
}

/** What is empty or usual is left out. */
export function lineOf({
  sender,
  sentAt,
  text,
  kind,
  attachments,
  reactions,
  callSeconds,
  source,
}: PlacedEntry): string {
  let json = `{"sender":${JSON.stringify(sender)},"sentAt":${sentAt}`;
  if (text !== "") json += `,"text":${JSON.stringify(text)}`;
  if (kind !== "text") json += `,"kind":"${kind}"`;
  if (attachments.length > 0) json += `,"attachments":${JSON.stringify(attachments)}`;
  if (reactions.length > 0) json += `,"reactions":${JSON.stringify(reactions)}`;
  if (callSeconds !== undefined) json += `,"callSeconds":${callSeconds}`;
  return `${json},"source":"${source}"}\n`;
}

const flushCharacters = 1 << 18;

/**
 * Writes a thread aside; `publish` names it by its content. A killed import leaves the old file in place.
 *
 * Writing is synchronous: it happens in worker threads, where nothing else waits.
 */
export class ThreadFileWriter {
  bytes = 0;
  readonly #workspace: Workspace;
  readonly #id: string;
  readonly #aside: string;
  readonly #descriptor: number;
  readonly #hash = createHash("sha256");
  #pending = "";
  #isOpen = true;

  constructor(workspace: Workspace, id: string) {
    this.#workspace = workspace;
    this.#id = id;
    this.#aside = asideName(path.join(workspace.messages, `${id}.jsonl`));
    this.#descriptor = openSync(this.#aside, "wx", 0o600);
  }

  write(entry: PlacedEntry): void {
    this.#pending += lineOf(entry);
    if (this.#pending.length >= flushCharacters) this.#flush();
  }

  #flush(): void {
    const buffer = Buffer.from(this.#pending);
    this.#pending = "";
    this.#hash.update(buffer);
    this.bytes += buffer.length;
    for (let written = 0; written < buffer.length; )
      written += writeSync(this.#descriptor, buffer, written, buffer.length - written);
  }

  /** Gives the file its name; the content's sha256, in hex. */
  publish(): string {
    this.#flush();
    fsyncSync(this.#descriptor);
    this.#close();
    const sha256 = this.#hash.digest("hex");
    renameSync(this.#aside, threadFile(this.#workspace, { id: this.#id, sha256 }));
    return sha256;
  }

  /** Removes what was written; does nothing after `publish`. */
  discard(): void {
    if (!this.#isOpen) return;
    this.#close();
    rmSync(this.#aside, { force: true });
  }

  #close(): void {
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}

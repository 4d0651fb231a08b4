import { createHash } from "node:crypto";
import { readFileSync, type Stats, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { codeOf } from "../../disk-errors.ts";
import { UserError } from "../../errors.ts";
import { writeFileAtomically } from "../../workspace.ts";
import { changeAlone } from "./memory-lock.ts";
import { Remembered } from "./remembered.ts";

/** The first line of a conversation's file. */
const Header = z.object({ format: z.literal(1), conversation: z.string(), persona: z.string() });
type Header = Omit<z.infer<typeof Header>, "format">;

interface MemoryOnDisk {
  header: Header;
  bubbles: Remembered[];
  /** Whether the last line was cut off, so that nothing may be written behind it. */
  isCutOff: boolean;
}

/** Ends in what no temporary file and no lock ends in. */
export const memoryEnding = ".jsonl";

/** Where a conversation lies: its id may be anything, and is no part of a path. */
export function memoryFileOf(folder: string, { persona, conversation }: Header): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([persona, conversation]))
    .digest("hex");
  return path.join(folder, `${hash.slice(0, 32)}${memoryEnding}`);
}

/**
 * Undefined where there is none.
 *
 * @throws {UserError} for a file that is no conversation; it holds none of its words.
 */
export function readMemoryFile(file: string): MemoryOnDisk | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unreadable(file, "cannot be read", error);
  }
  const lines = text.split("\n");
  // A process that was killed while it wrote left a part of a line.
  const isCutOff = lines.pop() !== "";
  try {
    const [first = "", ...others] = lines;
    const { conversation, persona } = Header.parse(JSON.parse(first));
    const bubbles = others.map((line) => Remembered.parse(JSON.parse(line)));
    return { header: { conversation, persona }, bubbles, isCutOff };
  } catch {
    throw unreadable(file, "is no conversation that can be read");
  }
}

function unreadable(file: string, problem: string, cause?: unknown): UserError {
  return new UserError(`${file} ${problem}, so nothing of it is remembered.`, {
    fix: "Remove it. It is written anew when somebody writes there again.",
    cause,
  });
}

export async function writeMemoryFile(file: string, header: Header, bubbles: Remembered[]): Promise<void> {
  if (bubbles.length === 0) return rm(file, { force: true });
  const lines = [{ format: 1, ...header }, ...bubbles].map((line) => `${JSON.stringify(line)}\n`);
  await writeFileAtomically(file, lines.join(""));
}

/** Keeps one conversation on disk, written in the order of what happened. */
export class MemoryFile {
  readonly #file: string;
  readonly #header: Header;
  readonly #onTrouble: (error: unknown) => void;
  #written: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** What lies on disk as this process left it. */
  #left = nothing;
  /** Whether nothing may be written behind that. */
  #isDamaged = false;

  constructor(folder: string, header: Header, onTrouble: (error: unknown) => void) {
    this.#file = memoryFileOf(folder, header);
    this.#header = header;
    this.#onTrouble = onTrouble;
  }

  /** Settles when all is written so far. */
  get written(): Promise<void> {
    return this.#written;
  }

  get isWriting(): boolean {
    return this.#waiting > 0;
  }

  /** @throws {UserError} for a file that is no conversation. */
  read(): Remembered[] {
    this.#left = stateOf(this.#file);
    this.#isDamaged = true;
    const found = readMemoryFile(this.#file);
    this.#isDamaged = found?.isCutOff ?? false;
    return found?.bubbles ?? [];
  }

  /** Whether somebody else erased or changed it: what lies there is what is remembered. */
  get isChangedByOthers(): boolean {
    return !this.isWriting && stateOf(this.#file) !== this.#left;
  }

  /** Writes one more bubble behind the others; `all` of them where there is nothing to write behind. */
  add(bubble: Remembered, all: Remembered[]): void {
    this.#inTurn(async () => {
      if (this.#isDamaged || this.#left === nothing) await this.#writeAll(all);
      else await this.#append(`${JSON.stringify(bubble)}\n`);
    });
  }

  /** Writes what is left after something was forgotten; without any of it, there is no file. */
  replace(all: Remembered[]): void {
    this.#inTurn(() => this.#writeAll(all));
  }

  #inTurn(write: () => Promise<void>): void {
    this.#waiting++;
    this.#written = this.#written
      .then(() => changeAlone(this.#file, write))
      .catch((error) => {
        this.#isDamaged = true;
        this.#onTrouble(error);
      })
      .finally(() => {
        this.#waiting--;
      });
  }

  async #writeAll(bubbles: Remembered[]): Promise<void> {
    // Whoever erased something in the meantime has the last word.
    if (stateOf(this.#file) !== this.#left) return;
    await writeMemoryFile(this.#file, this.#header, bubbles);
    this.#left = stateOf(this.#file);
    this.#isDamaged = false;
  }

  async #append(line: string): Promise<void> {
    if (stateOf(this.#file) !== this.#left) return;
    const handle = await open(this.#file, "r+");
    try {
      const { size } = await handle.stat();
      await handle.write(line, size);
    } finally {
      // Where only a part was written too.
      this.#left = stateIn(await handle.stat().finally(() => handle.close()));
    }
  }
}

/** The state of a file that is not there. */
const nothing = "nothing";

/** Tells one state of a file from another: replaced, longer or gone. */
function stateOf(file: string): string {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? nothing : stateIn(found);
  } catch (error) {
    // Reading or writing it says what is wrong.
    return String(codeOf(error));
  }
}

function stateIn({ ino, size }: Stats): string {
  return `${ino} ${size}`;
}

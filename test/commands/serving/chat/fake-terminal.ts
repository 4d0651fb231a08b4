import { PassThrough, Writable } from "node:stream";
import { expect, vi } from "vitest";

/** What a person sees and types: a screen that obeys the escape sequences that chat writes, and a keyboard. */
export class FakeTerminal {
  readonly stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  readonly stdout: Writable & { columns: number; rows: number; isTTY: boolean; getColorDepth(): number };
  /** All that was written, escape sequences included. */
  raw = "";
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor({ columns = 80, rows = 24, depth = 1 } = {}) {
    const write = (chunk: Buffer, _: string, done: () => void) => {
      this.#hear(chunk.toString("utf8"));
      done();
    };
    this.stdout = Object.assign(new Writable({ write, decodeStrings: true }), {
      columns,
      rows,
      isTTY: true,
      getColorDepth: () => depth,
    });
  }

  /** The streams, as a process has them. */
  asProcess(
    env: NodeJS.ProcessEnv = { TERM: "xterm-256color" },
  ): Pick<NodeJS.Process, "stdin" | "stdout" | "env"> {
    return { stdin: this.stdin, stdout: this.stdout, env } as never;
  }

  type(text: string): void {
    this.stdin.write(text);
  }

  resize(columns: number): void {
    this.stdout.columns = columns;
    this.stdout.emit("resize");
  }

  /** The lines that are seen, without the empty ones at the end. */
  get screen(): string[] {
    return this.#lines
      .map((line) => line.join("").trimEnd())
      .join("\n")
      .trimEnd()
      .split("\n");
  }

  /** Waits until it is on the screen. */
  shows(text: string): Promise<void> {
    return eventually(() => expect(this.screen.join("\n")).toContain(text));
  }

  #hear(text: string): void {
    this.raw += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    for (const [part, count, command] of text.matchAll(/\x1b\[([\d;]*)([A-Za-z])|[\s\S]/gu)) {
      if (command !== undefined) this.#obey(command, Number(count) || 1);
      else if (part === "\r") this.#column = 0;
      else if (part === "\n") this.#goTo(this.#row + 1);
      else (this.#lines[this.#row] as string[])[this.#column++] = part;
    }
  }

  #obey(command: string, count: number): void {
    if (command === "A") this.#row = Math.max(0, this.#row - count);
    if (command === "C") this.#column += count;
    if (command === "J") {
      this.#lines.length = this.#row + 1;
      (this.#lines[this.#row] as string[]).length = this.#column;
    }
  }

  #goTo(row: number): void {
    this.#row = row;
    while (this.#lines.length <= row) this.#lines.push([]);
  }
}

/** Waits until it holds: keys and answers take a moment. */
export function eventually(holds: () => void): Promise<void> {
  return vi.waitFor(holds, { timeout: 20_000, interval: 5 });
}

import { createInterface, type Interface, type Key } from "node:readline";
import { Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import stringWidth from "string-width";
import { printableLines } from "../../../printable.ts";
import { cut } from "./bubbles.ts";

interface Heard {
  line(text: string): void;
  /** A key that edits nothing, as nothing is typed yet. */
  arrow(direction: "left" | "right"): void;
  /** Ctrl-C. */
  interrupt(): void;
  /** Ctrl-D, or the terminal is gone. */
  leave(): void;
  resize(): void;
}

interface ScreenOptions {
  input: ReadStream;
  output: WriteStream;
  /** Asked anew at each painting. */
  prompt(): string;
  commands: string[];
}

/** Lines that the arrows find again; they are kept in memory alone, as they are somebody's words. */
const remembered = 500;

/**
 * The lower end of a terminal: what is being said, and under it the line that is typed. What is over is printed above
 * them and scrolls away.
 *
 * Node's readline edits the line and remembers earlier ones, but its own drawing is thrown away: it would write into what
 * is being said.
 */
export class Screen {
  readonly #output: WriteStream;
  readonly #readline: Interface;
  readonly #prompt: () => string;
  #live: string[] = [];
  /** Where the cursor stands below the first painted line, and what was painted. */
  #cursorRow = 0;
  #painted: string[] = [];
  readonly #resize: () => void;

  constructor({ input, output, prompt, commands }: ScreenOptions, heard: Heard) {
    this.#output = output;
    this.#prompt = prompt;
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#readline = createInterface({
      input,
      output: nowhere,
      terminal: true,
      historySize: remembered,
      removeHistoryDuplicates: true,
      completer: (line: string) => [commands.filter((command) => command.startsWith(line)), line],
    });
    this.#readline.on("line", (line) => heard.line(line));
    this.#readline.on("SIGINT", () => heard.interrupt());
    this.#readline.on("close", () => heard.leave());
    this.#readline.on("SIGCONT", () => this.#paintAnew());
    // Readline hears a key first, so the line is what it has made of it.
    let before = "";
    input.on("keypress", (_text: string | undefined, { name, ctrl }: Key) => {
      const wasEmpty = before === "" && this.line === "";
      before = this.line;
      if (ctrl && name === "l") this.#clear();
      if (wasEmpty && (name === "left" || name === "right")) heard.arrow(name);
      this.#paint();
    });
    this.#resize = () => heard.resize();
    output.on("resize", this.#resize);
    this.#paint();
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  /** What is typed and not sent yet. */
  get line(): string {
    return this.#readline.line;
  }

  clearLine(): void {
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
    this.#paint();
  }

  /** Shows what is being said, in place of what was shown so. */
  show(live: string[]): void {
    this.#live = live;
    this.#paint();
  }

  /** Prints what is over, above what is being said. */
  print(lines: string[]): void {
    const above = lines.map((line) => `${line}\n`).join("");
    this.#output.write(this.#erased() + above.replaceAll("\n", "\r\n"));
    this.#forgetPainted();
    this.#paint();
  }

  close(): void {
    this.#output.off("resize", this.#resize);
    this.#readline.removeAllListeners("close");
    this.#readline.close();
    this.#output.write(`${this.#erased()}${this.#live.map((line) => `${line}\r\n`).join("")}`);
  }

  #clear(): void {
    this.#output.write("\x1b[2J\x1b[H");
    this.#forgetPainted();
  }

  #paintAnew(): void {
    this.#forgetPainted();
    this.#paint();
  }

  #forgetPainted(): void {
    this.#painted = [];
    this.#cursorRow = 0;
  }

  #paint(): void {
    const erased = this.#erased();
    const { rows, cursor } = this.#typed();
    const height = (this.#output.rows || 24) - 1;
    // Of what is higher than the screen, the end is shown: what has scrolled away cannot be painted again.
    const live = this.#live.slice(-Math.max(1, height - rows.length));
    const painted = [...live, ...rows];
    const up = rows.length - 1 - cursor.row;
    const place = `\r${up > 0 ? `\x1b[${up}A` : ""}${cursor.column > 0 ? `\x1b[${cursor.column}C` : ""}`;
    this.#output.write(erased + painted.join("\r\n") + place);
    this.#painted = painted;
    this.#cursorRow = painted.length - 1 - up;
  }

  /** Moves to where painting began, and clears everything from there. A narrower terminal has broken long lines. */
  #erased(): string {
    const above = this.#painted
      .slice(0, this.#cursorRow)
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / this.columns)), 0);
    return `\r${above > 0 ? `\x1b[${above}A` : ""}\x1b[J`;
  }

  /** The line that is typed, as rows, and where the cursor is in them. */
  #typed(): { rows: string[]; cursor: { row: number; column: number } } {
    const width = this.columns - 1;
    const { line, cursor } = this.#readline;
    const prompt = this.#prompt();
    const rows = cut(prompt + printableLines(line).replaceAll("\n", " "), width);
    const before = cut(prompt + printableLines(line.slice(0, cursor)).replaceAll("\n", " "), width);
    const column = stringWidth(before.at(-1) ?? "");
    const top = Math.max(0, before.length - maxRows);
    return { rows: rows.slice(top, top + maxRows), cursor: { row: before.length - 1 - top, column } };
  }
}

/** Rows of what is typed that are shown. */
const maxRows = 6;

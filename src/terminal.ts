import { printableLines } from "./printable.ts";

/** What people see (stderr) and what scripts read (stdout). */
export interface Terminal {
  /** True with `--json`: stdout carries JSON alone. */
  readonly json: boolean;
  /** A line for people. */
  note(line: string): void;
  /** A line that people must not miss. */
  warn(line: string): void;
  /** A value for scripts; without `--json`, nothing. */
  data(value: unknown): void;
  /** Starts a progress display; call `done` (or `note`) to close it. */
  progress(title: string): Progress;
}

interface Progress {
  /**
   * `done` and `total` in one unit; `detail` is asked for when the line is shown, a few times a second.
   * @param leftMs When the work will be done. Unset: as long as the rest takes at the pace since the display started.
   */
  update(done: number, total: number, detail?: () => string, leftMs?: number): void;
  done(): void;
}

const plainIntervalMs = 10_000;
const drawIntervalMs = 100;
const barWidth = 24;

/** A terminal on this process's own stdout and stderr. */
export function openTerminal({
  json = false,
  out = process.stdout as NodeJS.WritableStream,
  err = process.stderr as PeoplesStream,
  env = process.env,
  now = Date.now,
} = {}): Terminal {
  const redraws = canRedraw(err, env);
  const mark = hasColour(err, env) ? "\x1b[33m!\x1b[0m" : "!";
  let drawn = false;
  const clear = () => {
    if (drawn) err.write(clearedLine);
    drawn = false;
  };
  const write = (line: string, before = "") => {
    clear();
    err.write(`${before}${printableLines(line)}\n`);
  };

  return {
    json,
    note: (line) => write(line),
    warn: (line) => write(line, `${mark} `),
    data: (value) => {
      if (json) out.write(`${JSON.stringify(value)}\n`);
    },
    progress(title) {
      const startedAt = now();
      let shownAt = startedAt;
      return {
        update(done, total, detail = () => "", leftMs = leftAtPace(share(done, total), now() - startedAt)) {
          if (now() - shownAt < (redraws ? drawIntervalMs : plainIntervalMs)) return;
          shownAt = now();
          const width = (redraws && err.columns) || 80;
          const line = progressLine(title, share(done, total), detail(), leftMs, width - 1);
          if (!redraws) return write(line);
          clear();
          err.write(line.slice(0, width - 1));
          drawn = true;
        },
        done: clear,
      };
    },
  };
}

type PeoplesStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** Back to the start of the line, which is then empty. */
export const clearedLine = "\r\x1b[K";

/** Whether lines can be written over: a terminal that is none of the dumb ones, such as an editor's. */
export function canRedraw({ isTTY = false }: PeoplesStream, { TERM }: NodeJS.ProcessEnv): boolean {
  return isTTY && TERM !== "dumb";
}

/** Whether colours are shown, and wanted. */
export function hasColour(stream: PeoplesStream, env: NodeJS.ProcessEnv): boolean {
  return canRedraw(stream, env) && !env.NO_COLOR;
}

function share(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 0;
}

function leftAtPace(share: number, elapsedMs: number): number | undefined {
  return share > 0 ? (elapsedMs * (1 - share)) / share : undefined;
}

/** The bar gets what the words leave of the width, so that the time left is seen on 80 columns too. */
function progressLine(
  title: string,
  share: number,
  detail: string,
  leftMs: number | undefined,
  width: number,
): string {
  const left = leftMs !== undefined && share < 1 ? `${formatDuration(leftMs / 1000)} left` : "";
  const words = `${Math.floor(share * 100)}% ${[detail, left].filter(Boolean).join(", ")}`;
  const cells = Math.max(0, Math.min(barWidth, width - `${title}  ${words}`.length));
  const filled = Math.round(share * cells);
  return [title, "█".repeat(filled) + "░".repeat(cells - filled), words].filter(Boolean).join(" ");
}

const durationUnits: [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** `4 s`, `3 min 20 s`, `1 h`, `2 h 5 min`: of a time that is measured. */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, name] of durationUnits) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
    // The second unit at most: after hours no seconds.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(" ") || "0 s";
}

/** `45 s`, `3 min`, `1.5 h`: of one that is estimated, or set by somebody. */
export function formatRoughDuration(seconds: number): string {
  const largest = durationUnits.find(([unit]) => rounded(seconds / unit) >= 1);
  const [unit, name] = largest ?? [1, "s"];
  return `${rounded(seconds / unit)} ${name}`;
}

function rounded(value: number): number {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}

/** `1,234,567`, of a whole number. Asking the locale's tables instead would take 20 ms once. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `33 %`, of a share of 1. */
export function formatPercent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** `3 messages`, `1 message`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `a, b and c`. */
export function formatList(words: readonly string[], joint: "and" | "or" = "and"): string {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}` : words.join("");
}

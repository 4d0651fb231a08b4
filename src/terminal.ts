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

export interface Progress {
  /** `done` and `total` in one unit; `detail` is asked for when the line is shown, a few times a second. */
  update(done: number, total: number, detail?: () => string): void;
  done(): void;
}

const plainIntervalMs = 10_000;
const drawIntervalMs = 100;
const barWidth = 24;

/** A terminal on this process's own stdout and stderr. */
export function openTerminal({
  json = false,
  out = process.stdout as NodeJS.WritableStream,
  err = process.stderr as NodeJS.WritableStream & { isTTY?: boolean; columns?: number },
  now = Date.now,
} = {}): Terminal {
  let drawn = false;
  const clear = () => {
    if (drawn) err.write("\r\x1b[K");
    drawn = false;
  };
  const write = (line: string) => {
    clear();
    err.write(`${line}\n`);
  };

  return {
    json,
    note: write,
    warn: (line) => write(`${err.isTTY ? "\x1b[33m!\x1b[0m" : "!"} ${line}`),
    data: (value) => {
      if (json) out.write(`${JSON.stringify(value)}\n`);
    },
    progress(title) {
      const startedAt = now();
      let shownAt = startedAt;
      return {
        update(done, total, detail = () => "") {
          if (now() - shownAt < (err.isTTY ? drawIntervalMs : plainIntervalMs)) return;
          shownAt = now();
          const line = progressLine(title, done, total, detail(), shownAt - startedAt);
          if (!err.isTTY) return write(line);
          clear();
          err.write(line.slice(0, (err.columns ?? 80) - 1));
          drawn = true;
        },
        done: clear,
      };
    },
  };
}

function progressLine(title: string, done: number, total: number, detail: string, elapsedMs: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * barWidth);
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  const left = share > 0 && share < 1 ? `, ${formatDuration((elapsedMs * (1 - share)) / share)} left` : "";
  return `${title} ${bar} ${Math.floor(share * 100)}% ${detail}${left}`;
}

/** `4 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `1,234,567`, of a whole number. Asking the locale's tables instead would take 20 ms once. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `3 messages`, `1 message`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

import { type Logger, pino } from "pino";
import type { Terminal } from "../../../terminal.ts";

/** What the bot does, in ids, counts and times: a line of JSON for each thing; on a terminal, a line for people. */
export function openLog(terminal: Terminal): Logger {
  if (!process.stderr.isTTY) return pino({ base: null }, pino.destination(2));
  return pino({ base: null }, { write: (line) => showTo(terminal, line) });
}

const warning = 40;

/** `21:04:09 answered: channel 300000000000000003, tokens 12` */
export function showTo(terminal: Pick<Terminal, "note" | "warn">, line: string): void {
  const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const facts = Object.entries(rest).map(([name, value]) => `${name} ${inWords(value)}`);
  const words = [`${clock} ${msg}`, facts.join(", ")].filter(Boolean).join(": ");
  if (Number(level) >= warning) terminal.warn(words);
  else terminal.note(words);
}

function inWords(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

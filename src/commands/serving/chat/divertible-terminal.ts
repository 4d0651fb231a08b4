import type { Terminal } from "../../../terminal.ts";

export interface DivertibleTerminal extends Terminal {
  /** Shows lines for people elsewhere; without a place, where they were shown before. */
  divert(to?: (line: string) => void): void;
}

/** A terminal that can be asked to let a painted screen show its lines: written beside it, they would tear it. */
export function divertible(terminal: Terminal): DivertibleTerminal {
  let elsewhere: ((line: string) => void) | undefined;
  return {
    ...terminal,
    note: (line) => (elsewhere ?? terminal.note)(line),
    warn: (line) => (elsewhere ?? terminal.warn)(line),
    divert(to) {
      elsewhere = to;
    },
  };
}

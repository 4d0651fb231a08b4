import { type Draw, fillSlots, valuesFor } from "./values/index.ts";

/** A conversation with values in it that must go. */
export interface Planted {
  kind: string;
  bubbles: string[];
  /** Stretches of the bubbles, as they are written there. */
  values: string[];
}

/** So many conversations for each line, whose values stand between « and », and whose bubbles are parted by `//`. */
export function plant(spellings: Record<string, string[]>, rounds: number, draw: Draw): Planted[] {
  return Object.entries(spellings).flatMap(([kind, lines]) =>
    lines.flatMap((line) => Array.from({ length: rounds }, () => fillIn(kind, line, draw))),
  );
}

function fillIn(kind: string, line: string, draw: Draw): Planted {
  const filled = fillSlots(line, valuesFor(kind), draw);
  return {
    kind,
    bubbles: filled.replace(/[«»]/g, "").split(" // "),
    values: [...filled.matchAll(/«([^»]+)»/g)].map(([, value = ""]) => value),
  };
}

import type { Memory } from "../memory/index.ts";

/** Forgets that the persona said it was learning: nobody said that in training, and it would go on with it. */
export function forgetResting(memory: Memory, restingWords: string): void {
  memory.change((all) => all.filter(({ speaker, words }) => speaker !== undefined || words !== restingWords));
}

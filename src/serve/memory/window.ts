import type { Turn } from "../../handoffs/index.ts";
import type { Transcript } from "../../transcript/index.ts";
import type { Memory } from "./memory.ts";
import { afterNote } from "./note.ts";

/**
 * The prompt for what the persona says next, of at most `room` ids.
 *
 * A conversation that outgrows the room forgets its oldest part for good, until a third of the room is free. Every drop
 * means that the rest is evaluated anew, because a GPT-2 has learned its positions and its context cannot be shifted; from
 * one drop to the next, each prompt begins with the one before, as long as the note is the same.
 */
export function promptWithin(
  room: number,
  memory: Memory,
  transcript: Pick<Transcript, "prompt">,
  note?: string | undefined,
): number[] {
  // A context that is as short as a note is better filled with what was said.
  const isShort = transcript.prompt(afterNote(note, [])).length <= room / 4;
  const promptOf = (turns: Turn[]) => transcript.prompt(afterNote(isShort ? note : undefined, turns));
  const prompt = promptOf(memory.turns);
  if (prompt.length <= room) return prompt;
  const fits = (turns: Turn[]) => promptOf(turns).length <= (room * 2) / 3;
  const cuts = cutsOf(memory.turns);
  const cut = cuts[firstIndex(cuts.length, (index) => fits(memory.turnsSince(cuts[index] as number)))];
  if (cut !== undefined) memory.drop(cut);
  else shortenLast(memory, fits);
  return promptOf(memory.turns);
}

/** How many bubbles may go: whole turns, and of the last turn one bubble after the other. */
function cutsOf(turns: Turn[]): number[] {
  let before = 0;
  const starts = turns.map(({ bubbles }) => {
    const start = before;
    before += bubbles.length;
    return start;
  });
  const ofLast = turns.at(-1)?.bubbles.map((_, index) => (starts.at(-1) ?? 0) + index) ?? [];
  return [...starts.slice(0, -1), ...ofLast];
}

/** Of a bubble that does not fit by itself, the end stays; nothing of one that is all too long for its opening. */
function shortenLast(memory: Memory, fits: (turns: Turn[]) => boolean): void {
  const turn = memory.turns.at(-1);
  if (turn === undefined) return;
  // Cutting by code points never leaves half a character.
  const characters = [...(turn.bubbles.at(-1) ?? "")];
  const endFrom = (start: number) => characters.slice(start).join("");
  const start = firstIndex(characters.length, (index) => fits([{ ...turn, bubbles: [endFrom(index)] }]));
  const bubbles = memory.turns.reduce((sum, { bubbles }) => sum + bubbles.length, 0);
  const isAnyLeft = start < characters.length;
  memory.drop(isAnyLeft ? bubbles - 1 : bubbles);
  if (isAnyLeft) memory.shortenOldest(endFrom(start));
}

/** The first index for which something holds that holds for all after it; `length` where it holds for none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

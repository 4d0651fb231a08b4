import { createHash } from "node:crypto";
import type { Turn } from "../handoffs.ts";
import { canonicalLabel } from "../transcript.ts";
import type { Conversation } from "./conversations.ts";

/** The label of people whom training does not know by name; the next ones are `Friend 2`, `Friend 3`, … */
export const neutralLabel = "Friend";

export interface TurnOptions {
  /** The persona's name in the store. */
  persona: string;
  /** Share of conversations in which everyone else carries a neutral label. */
  neutralLabelShare: number;
}

/** A conversation as turns: what one person sent in a row is one turn, each message a bubble. */
export function toTurns(conversation: Conversation, { persona, neutralLabelShare }: TurnOptions): Turn[] {
  const labelOf = isNeutral(conversation, neutralLabelShare) ? neutralLabels() : canonicalLabel;
  const turns: Turn[] = [];
  let speaker: string | undefined;
  for (const { sender, text } of conversation) {
    if (sender !== speaker) {
      const isPersona = sender === persona;
      turns.push({ speaker: isPersona ? canonicalLabel(persona) : labelOf(sender), isPersona, bubbles: [] });
      speaker = sender;
    }
    turns.at(-1)?.bubbles.push(text.trim());
  }
  return turns;
}

/** Decided by thread and time, so that the same conversation has the same labels on every run. */
function isNeutral([first]: Conversation, share: number): boolean {
  const digest = createHash("sha256").update(`${first?.thread} ${first?.sentAt}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < share;
}

function neutralLabels(): (sender: string) => string {
  const labels = new Map<string, string>();
  return (sender) => {
    const label =
      labels.get(sender) ?? (labels.size === 0 ? neutralLabel : `${neutralLabel} ${labels.size + 1}`);
    labels.set(sender, label);
    return label;
  };
}

import type { Turn } from "../../handoffs/index.ts";
import { canonicalLabel, numberedNeutralLabel } from "../../transcript/index.ts";
import { optedOutLabel } from "../redaction/index.ts";
import type { Settings } from "../settings.ts";
import { type Conversation, isText } from "./conversations.ts";
import { chanceOf } from "./selection.ts";

/**
 * A conversation as turns: what one person sent in a row is one turn, each text a bubble.
 *
 * @param nameOf The label of a person whom training knows by name; undefined for one whose name must not be learned.
 */
export function toTurns(
  conversation: Conversation,
  { persona, neutralLabelShare }: Pick<Settings, "persona" | "neutralLabelShare">,
  nameOf: (sender: string) => string | undefined,
): Turn[] {
  const neutralLabelOf = neutralLabels();
  const isUnnamed = isNeutral(conversation, neutralLabelShare);
  const labelOf = (sender: string) => (isUnnamed ? undefined : nameOf(sender)) ?? neutralLabelOf(sender);
  const turns: Turn[] = [];
  let turn: Turn | undefined;
  let sender: string | undefined;
  for (const message of conversation.messages) {
    if (!isText(message)) continue;
    if (turn === undefined || message.sender !== sender) {
      const isPersona = message.sender === persona;
      turn = {
        speaker: isPersona ? canonicalLabel(persona) : labelOf(message.sender),
        isPersona,
        bubbles: [],
      };
      turns.push(turn);
      sender = message.sender;
    }
    turn.bubbles.push(message.text.trim());
  }
  return turns;
}

/** Decided by thread and time, so that the same conversation has the same labels on every run. */
function isNeutral({ messages: [first] }: Conversation, share: number): boolean {
  return share > 0 && chanceOf(`${first?.thread} ${first?.sentAt}`) < share;
}

function neutralLabels(): (sender: string) => string {
  const labels = new Map<string, string>();
  return (sender) => {
    if (sender === optedOutLabel) return sender;
    const label = labels.get(sender) ?? numberedNeutralLabel(labels.size + 1);
    labels.set(sender, label);
    return label;
  };
}

const writtenWithoutSpaces =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
/** Characters of the longest word of such a script. */
const maxWordLength = 4;

function isOneWord(bubble: string): boolean {
  if (/\s/u.test(bubble)) return false;
  return !writtenWithoutSpaces.test(bubble) || [...bubble].length <= maxWordLength;
}

/** Turns of one word become context, but for the share that is kept: what answers them still stands after them. */
export function thinShort(turns: Turn[], { messages: [first] }: Conversation, keepShort: number): void {
  if (keepShort === 1) return;
  for (const [index, turn] of turns.entries()) {
    const [bubble = ""] = turn.bubbles;
    if (!turn.isPersona || turn.bubbles.length > 1 || !isOneWord(bubble)) continue;
    if (chanceOf(`short ${first?.thread} ${first?.sentAt} ${index}`) >= keepShort) turn.contextOnly = [true];
  }
}

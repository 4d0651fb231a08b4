import { type Agreement, agreementOf, type KnownMarks, likelyShift } from "./agreement.ts";
import type { NameHint } from "./chat.ts";

export interface ChatVerdict {
  relation: "one chat" | "two chats" | "unknown";
  /** What the first one's clock is behind the second's. */
  shiftMs: number;
  /** Messages that both have. */
  shared: number;
}

interface Clues {
  names: NameHint;
  clockMs: number;
  /** Whether times are those of a clock on a wall, which differ from place to place. */
  isLocalTime: boolean;
}

/**
 * Whether two exports are of one chat: where both were going on, most messages of the one that has fewer are in the other.
 *
 * A few equal messages are chance where names do not say the same: many chats have the wishes of one New Year.
 */
export function compareChats(one: KnownMarks, other: KnownMarks, clues: Clues): ChatVerdict {
  const agreement = agreementOf(one, other);
  const { shared, comparable } = agreement;
  if (isProof(agreement, clues)) return { relation: "one chat", shiftMs: 0, shared };
  if (clues.isLocalTime) {
    const shiftMs = likelyShift(one, other, clues.clockMs);
    const shifted = agreementOf(one, other, shiftMs);
    if (isProofOfShift(shifted, clues)) return { relation: "one chat", shiftMs, shared: shifted.shared };
  }
  const areApart = comparable >= minToTellApart && agreement.shares.more < 0.2;
  return { relation: areApart ? "two chats" : "unknown", shiftMs: 0, shared };
}

const minToTellApart = 3;

function isProof(agreement: Agreement, { names }: Clues): boolean {
  const { shared, exact, shares } = agreement;
  if (shared === 0 || shares.more < 0.5) return false;
  return names === "alike" || exact >= 2 || (shares.less >= 0.5 && isBeyondChance(agreement));
}

function isProofOfShift(agreement: Agreement, { names }: Clues): boolean {
  const { words, moments, shares } = agreement;
  if (shares.less < 0.5 || words < 3 || moments < 2) return false;
  return names === "alike" || isBeyondChance(agreement);
}

/** Wishes go to many at once, and are answered in the same words: under the same names they are not. */
function isBeyondChance({ shared, senders, moments, ofOneSender }: Agreement): boolean {
  if (senders < 2) return false;
  return ofOneSender === shared ? shared >= 2 : shared >= 4 && moments >= 2;
}

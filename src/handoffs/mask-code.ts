/** What each token is, one byte each in `*.mask`. */
export const MaskCode = {
  /** Structure, and context that is never a target. */
  structure: 0,
  /** The persona's words, its bubble breaks and its end of turn. */
  persona: 1,
  /** Other people's words, bubble breaks and ends of turn. */
  others: 2,
  /** Who speaks next: the label of every turn, and the end of the conversation. */
  nextSpeaker: 3,
} as const;

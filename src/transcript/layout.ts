/** What differs between renderings: the ids around a turn's bubbles. */
export interface Layout {
  /** Opens every window: the same at a conversation's start and in its middle. */
  prefix: number[];
  /** Who speaks. The first `labelLength` ids choose the speaker; the others follow from them. */
  opening(turn: { speaker: string; isPersona: boolean }): { ids: number[]; labelLength: number };
  closing: number[];
  end: number;
  /** Reads an opening at `start`; undefined where there is none. */
  readOpening(
    ids: number[],
    start: number,
  ): { speaker: string; isPersona: boolean; length: number } | undefined;
}

/** The ids that bubbles are joined with. */
export interface Separators {
  newline: number;
  space: number;
}

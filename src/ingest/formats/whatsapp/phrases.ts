/**
 * What WhatsApp may have written itself in a language without a table: phrases in brackets, beside the name of a file or at
 * the end of a text, and sentences that several people say again and again. On iPhones the mark tells; on Android nothing does.
 */
import type { FoundPart, Learned } from "../format.ts";

type PhraseKind = "placeholder" | "edited" | "attachment" | "sentence";

interface Phrase {
  kind: PhraseKind;
  phrase: string;
}

/** The phrase in a text that may not be the sender's; undefined where there is none. */
export function phraseIn(text: string): Phrase | undefined {
  for (const [kind, pattern] of patterns) {
    const [, phrase] = pattern.exec(text) ?? [];
    if (phrase !== undefined) return { kind, phrase };
  }
  return undefined;
}

const inside = "[^<>\\d\\n]{3,60}";
const patterns: [PhraseKind, RegExp][] = [
  // Two words, or none in scripts without spaces: `<sigh>` is a person's.
  ["placeholder", new RegExp(`^(<(?=\\S+\\s\\S|\\p{Lo})\\p{L}${inside}>)$`, "u")],
  ["edited", new RegExp(`\\S (<(?=\\S+\\s\\S|\\p{Lo})\\p{L}${inside}>)$`, "u")],
  ["attachment", /^[^\n]{1,200}\.[a-z0-9]{2,5} (\([\p{L}\p{M} ’'.-]{3,40}\))(?:\n|$)/u],
  [
    "sentence",
    /^(?=\S+\s\S+\s\S|[\p{Lo}\p{M}]{6})(?=\p{sc=Georgian}|\P{Ll})([^\n?!？！][^\n?!？！\p{Extended_Pictographic}]{7,80})$/u,
  ],
];

/** How often a phrase stands in a file, and whether by one sender or several. */
interface PhraseUse {
  times: number;
  bySeveral: boolean;
}

const maxPhrases = 10_000;

/** The phrases of one file. */
export class PhraseCounts {
  readonly #uses = new Map<string, PhraseUse & { sender: string }>();
  #wording: Wording;

  constructor(wording: Wording) {
    this.#wording = wording;
  }

  add({
    text,
    kind,
    sender,
    attachments,
  }: {
    text: string;
    kind: string;
    sender: string;
    attachments: unknown[];
  }): void {
    if (kind !== "text") {
      // It was known by its wording, and so are the others.
      if (attachments.length === 0 && kind !== "service") this.noteKnown();
      return;
    }
    const { kind: of, phrase } = phraseIn(text) ?? {};
    if (phrase === undefined || (of === "sentence" && this.#wording !== "unknown")) return;
    const key = `${of} ${phrase}`;
    const known = this.#uses.get(key);
    if (known !== undefined) {
      known.times++;
      known.bySeveral ||= known.sender !== sender;
    } else if (this.#uses.size < maxPhrases) this.#uses.set(key, { times: 1, bySeveral: false, sender });
  }

  /** Something was told by its wording: the phone's language has a table. */
  noteKnown(): void {
    if (this.#wording === "unknown") this.#wording = "known";
  }

  counted(): CountedPhrases {
    const uses = [...this.#uses].map(([key, { times, bySeveral }]): [string, PhraseUse] => [
      key,
      { times, bySeveral },
    ]);
    return { uses: new Map(uses), wording: this.#wording };
  }
}

/** How what WhatsApp writes is told in a file: by tables, not at all as yet, or by its marks. */
type Wording = "known" | "unknown" | "marked";

/** Plain data, as a part carries it until all are found. */
export interface CountedPhrases {
  uses: Map<string, PhraseUse>;
  wording: Wording;
}

/** What the chats of one import show together. Plain data. */
export interface OwnPhrases extends Learned {
  certain: Set<string>;
  doubtful: Set<string>;
}

/** WhatsApp's own phrases among those of all files, which are let go. */
export function learnPhrases(parts: FoundPart[]): OwnPhrases {
  const sums = new Map<string, PhraseUse & { files: number }>();
  const wordings = new Set<Wording>();
  for (const part of parts) {
    const { phrases, ...reading } = part.reading as { phrases?: CountedPhrases };
    part.reading = reading;
    if (phrases !== undefined) wordings.add(phrases.wording);
    for (const [key, { times, bySeveral }] of phrases?.uses ?? []) {
      const known = sums.get(key);
      if (known === undefined) sums.set(key, { times, bySeveral, files: 1 });
      else
        sums.set(key, {
          times: known.times + times,
          bySeveral: known.bySeveral || bySeveral,
          files: known.files + 1,
        });
    }
  }
  const isWordingKnown = wordings.has("known") || !wordings.has("unknown");
  const own: OwnPhrases = { isWordingKnown, certain: new Set(), doubtful: new Set() };
  for (const [key, { times, bySeveral, files }] of sums) {
    if (key.startsWith("sentence ")) {
      if (!isWordingKnown && times > 2 && (bySeveral || files > 2)) own.doubtful.add(key);
    } else if (times > 2 || (times > 1 && !beginsSmall(key))) own.certain.add(key);
    else own.doubtful.add(key);
  }
  return own;
}

/** `<sighs and leaves>`: people write asides twice, in small letters. Georgian has no others. */
function beginsSmall(key: string): boolean {
  return /^\S+ <(?!\p{sc=Georgian})\p{Ll}/u.test(key);
}

/** Whether the phrase of a text is WhatsApp's. */
export function doubtOf(phrase: Phrase, own: OwnPhrases): "certain" | "uncertain" | undefined {
  const key = `${phrase.kind} ${phrase.phrase}`;
  if (own.certain.has(key)) return "certain";
  return own.doubtful.has(key) ? "uncertain" : undefined;
}

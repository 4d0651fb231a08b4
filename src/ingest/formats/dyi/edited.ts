/**
 * Instagram exports an edited message with each of its versions: `meet at 5`, and some seconds later `meet at 6 (edited)`.
 *
 * The last version is what the person said. Its mark goes, and so do the versions before it.
 */
import { distance } from "fastest-levenshtein";
import { drop, type Tally } from "../../tally.ts";
import type { ParsedEntry } from "../format.ts";

/** The mark in the languages of accounts, as Meta calls what was edited elsewhere: English alone was seen here. */
const marks =
  "edited|bearbeitet|editad[oa]|modifié|modificato|bewerkt|edytowano|изменено|отредактировано|відредаговано|düzenlendi|diedit|đã chỉnh sửa|編集済み|수정됨|已编辑|已編輯|redigerad|redigeret|redigert|muokattu|upraveno|szerkesztve|editat|επεξεργασμένο|แก้ไขแล้ว|معدّل|تم التعديل|נערך|संपादित";
let marked: RegExp | undefined;

/** Instagram lets people edit for a quarter of an hour. */
const maxEditMs = 15 * 60_000;

interface Edit {
  entry: ParsedEntry;
  sentAt: number;
  /** Whether the version before it was found. */
  isPaired: boolean;
  /** Whether something stands before it that may be that version, though the words are others. */
  isDoubtful: boolean;
}

/** Of one file, whose batches come newest first. */
export class EditedMessages {
  readonly #tally: Tally;
  /** Edits whose earlier version may still come. */
  #open: Edit[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The entries without marks and earlier versions, oldest first as they came. */
  settle(entries: ParsedEntry[]): ParsedEntry[] {
    for (const entry of entries) this.#takeMark(entry);
    if (this.#open.length === 0) return entries;
    const kept = entries
      .toReversed()
      .filter((entry) => !this.#isEarlierVersion(entry))
      .reverse();
    const versions = entries.length - kept.length;
    if (versions > 0) drop(this.#tally, "earlier version of an edited message", versions);
    this.#close(
      entries.reduce((oldest, { sentAt }) => Math.min(oldest, sentAt ?? 0), Number.POSITIVE_INFINITY),
    );
    return kept;
  }

  /** Counts the edits whose earlier version was not found, and may have been learned. */
  finish(): void {
    this.#close(Number.NEGATIVE_INFINITY);
  }

  #takeMark(entry: ParsedEntry): void {
    const { text, sentAt } = entry;
    if (sentAt === null || !/[)）]$/.test(text)) return;
    marked ??= new RegExp(`^([\\s\\S]*\\S)\\s?[(（](?:${marks})[)）]$`, "iu");
    const [, words] = marked.exec(text) ?? [];
    if (words === undefined) return;
    entry.text = words;
    this.#open.push({ entry, sentAt, isPaired: false, isDoubtful: false });
  }

  #isEarlierVersion(entry: ParsedEntry): boolean {
    const { sender, sentAt, kind, text } = entry;
    if (sentAt === null || kind !== "text") return false;
    const later = this.#open.filter(
      (edit) =>
        !edit.isPaired &&
        edit.entry !== entry &&
        edit.entry.sender === sender &&
        edit.sentAt >= sentAt &&
        edit.sentAt - sentAt <= maxEditMs,
    );
    const next = later.toSorted((a, b) => a.sentAt - b.sentAt).find((edit) => isAlike(edit.entry.text, text));
    if (next === undefined) for (const edit of later) edit.isDoubtful = true;
    else next.isPaired = true;
    return next !== undefined;
  }

  /** Lets go of what is too far from all that is older. */
  #close(oldest: number): void {
    const done = this.#open.filter(
      ({ sentAt }) => sentAt - maxEditMs > oldest || oldest === Number.NEGATIVE_INFINITY,
    );
    this.#tally.uncertain += done.filter(({ isPaired, isDoubtful }) => !isPaired && isDoubtful).length;
    this.#open = this.#open.filter((edit) => !done.includes(edit));
  }
}

const maxCompared = 500;

/** Whether one text is the other with a few letters or words changed, added or taken away. */
function isAlike(one: string, other: string): boolean {
  const [shorter, longer] = [one, other]
    .map((text) => text.toLowerCase().slice(0, maxCompared))
    .sort((a, b) => a.length - b.length) as [string, string];
  if (shorter.length > 1 && (longer.startsWith(shorter) || longer.endsWith(shorter))) return true;
  if (distance(shorter, longer) <= 0.4 * longer.length) return true;
  const words = longer.split(/\s+/);
  const common = shorter.split(/\s+/).filter((word) => words.includes(word)).length;
  return common >= 2 && common >= words.length / 2;
}

import { rm } from "node:fs/promises";
import * as z from "zod";
import { orPassOver, type PassedOver, UserError } from "../../errors.ts";
import { readJsonFile, type Turn } from "../../handoffs/index.ts";
import { writeFileAtomically } from "../../workspace.ts";
import type { OpenMask } from "./memory.ts";

/** What the persona is up to at the moment, in its owner's words. Days are the first moment of them, in Unix milliseconds. */
const StateNote = z.object({
  format: z.literal(1),
  words: z.string(),
  notedOn: z.number(),
  /** The last day on which it holds; null until it is cleared. */
  until: z.number().nullable(),
});
export type StateNote = Omit<z.infer<typeof StateNote>, "format">;

/** A note as long as a conversation would take its place. */
const maxCharacters = 200;
const fix = 'Write it anew: persona note "…", or persona note --clear';

/** @throws {UserError} for one that is too long, or over already. */
export async function writeNote(
  file: string,
  { words, until }: Pick<StateNote, "words" | "until">,
  now = Date.now(),
): Promise<StateNote> {
  const line = words.toWellFormed().replace(/\s+/gu, " ").trim();
  if (line.length > maxCharacters) {
    throw new UserError(`The note has ${line.length} characters.`, {
      fix: `Say it in ${maxCharacters} at most: it stands at the beginning of every conversation.`,
    });
  }
  const note = { words: line, notedOn: now, until };
  if (!holds(note, now)) {
    throw new UserError(`${dayOf(until ?? 0)} is over.`, { fix: "Choose today or a later day for --until." });
  }
  await writeFileAtomically(file, `${JSON.stringify({ format: 1, ...note })}\n`);
  return note;
}

export async function clearNote(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The note that holds now, where there is one. */
export async function readNote(
  file: string,
  passedOver: PassedOver,
  now = Date.now(),
): Promise<StateNote | undefined> {
  const note = await orPassOver(readJsonFile(file, StateNote, { fix }), passedOver);
  return note !== undefined && holds(note, now) ? note : undefined;
}

function holds({ until }: StateNote, now: number): boolean {
  return until === null || now < new Date(until).setHours(24);
}

/** `in Lisbon until Friday (noted on 2026-11-29, until 2026-12-04)`. */
export function describeNote({ words, notedOn, until }: StateNote): string {
  return `${words} (noted on ${dayOf(notedOn)}${until === null ? "" : `, until ${dayOf(until)}`})`;
}

function dayOf(time: number): string {
  return new Date(time).toLocaleDateString("sv-SE");
}

/** What a persona has of its note. */
export interface NoteSource {
  /** As the owner wrote it. */
  current(): Promise<StateNote | undefined>;
  /** As training would show such words. */
  asHeard(): Promise<string | undefined>;
}

/** Looks into the file each time: an owner writes another note while the persona is talked to. */
export function noteIn(file: string, passedOver: PassedOver, openMask?: OpenMask): NoteSource {
  const current = () => readNote(file, passedOver);
  return {
    current,
    async asHeard() {
      const note = await current();
      return note && (openMask?.()(note.words, []) ?? note.words);
    },
  };
}

/**
 * Turns as they follow a note: the persona has said so itself, before everything else. Of all that training has seen, this
 * is what makes a model keep to it; a line of another kind it has never read.
 */
export function afterNote(note: string | undefined, turns: Turn[]): Turn[] {
  if (note === undefined) return turns;
  const [first, ...others] = turns;
  // Nobody has two turns in a row.
  if (first?.isPersona) return [{ ...first, bubbles: [note, ...first.bubbles] }, ...others];
  return [{ speaker: "", isPersona: true, bubbles: [note] }, ...turns];
}

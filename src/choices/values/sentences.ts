import * as z from "zod";
import { formatList } from "../../terminal.ts";
import type { SentenceTable, UsualSentence } from "../choice.ts";

const usualMost = 500;

type Refusal = (issue: { input?: unknown }) => string;

/**
 * Sentences in place of some of a table's; null is the same as leaving one out.
 *
 * @param refuse What is said of a value that holds no sentences, and of one that is none.
 */
export function sentencesSchema(table: SentenceTable, refuse: { all: Refusal; each: Refusal }): z.ZodType {
  const shape = Object.fromEntries(
    Object.entries(table).map(([name, sentence]) => [name, sentenceSchema(sentence, refuse.each).nullish()]),
  );
  return z
    .strictObject(shape, {
      error: (issue) => (issue.code === "invalid_type" ? refuse.all(issue) : undefined),
    })
    .transform((said) =>
      Object.fromEntries(Object.entries(said).filter(([, text]) => typeof text === "string")),
    );
}

/** The sentences of a table, by their names. */
export function usualSentences(table: SentenceTable): Record<string, string> {
  return Object.fromEntries(Object.entries(table).map(([name, { text }]) => [name, text]));
}

function sentenceSchema(sentence: UsualSentence, error: Refusal): z.ZodType {
  return z.string({ error }).superRefine((said, context) => {
    const problem = problemOf(said, sentence);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });
}

/** What is wrong with a sentence that is to take another's place. */
function problemOf(said: string, { text, atMost = usualMost, why }: UsualSentence): string | undefined {
  if (!isSeen(said)) {
    return why === undefined
      ? "an empty text: leave it out, and the usual one is said"
      : `an empty text: ${why}, so it can be put otherwise and not left unsaid`;
  }
  if (said.length > atMost) return `${said.length} characters, and Discord has room for ${atMost} here`;
  const [known, used] = [placesIn(text), placesIn(said)];
  const unknown = used.find((place) => !known.includes(place));
  if (unknown !== undefined) {
    return `${unknown} is not filled in here: ${known.length === 0 ? "nothing is" : `only ${formatList(known)}`}`;
  }
  const missing = known.filter((place) => !used.includes(place));
  return missing.length === 0 ? undefined : `${formatList(missing)} must stand in it`;
}

/** Whether a text shows anything of its own: neither spaces, nor what is filled in, nor letters that nobody sees. */
function isSeen(text: string): boolean {
  const shown = text.replace(places, "").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  return /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(shown);
}

const places = /\{\w+\}/g;

function placesIn(text: string): string[] {
  return [...new Set(text.match(places) ?? [])];
}

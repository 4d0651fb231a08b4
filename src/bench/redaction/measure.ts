import { chatOf, harmlessChats } from "./chats/index.ts";
import { plant } from "./planted.ts";
import { type CreateRedactor, type RedactAll, redactAllWith, type Score, scoreOf } from "./score.ts";
import { spellingSets } from "./spellings/index.ts";
import { drawFrom } from "./values/index.ts";

interface MeasureOptions {
  seed: number;
  /** How many values are drawn for each spelling. */
  values: number;
  /** How many conversations of each harmless chat. */
  conversations: number;
  country: string | undefined;
}

export interface RedactionFigures {
  recall: { name: string; minRecall: number; kinds: Score[]; all: Score }[];
  precision: {
    name: string;
    maxWrongIn10000: number;
    messages: number;
    wrong: number;
    wrongIn10000: number;
  }[];
}

/** How much of what is private is replaced, in spellings of many languages, and how much of what is not. */
export function measureRedaction(
  create: CreateRedactor,
  { seed, values, conversations, country }: MeasureOptions,
): RedactionFigures {
  const redactAll = redactAllWith(create, country);
  return {
    recall: spellingSets.map(({ name, spellings, minRecall }) => {
      const kinds = scoreOf(plant(spellings, values, drawFrom(seed)), redactAll);
      return { name, minRecall, kinds, all: sumOf(kinds) };
    }),
    precision: harmlessChats.map(({ name, lines, maxWrongIn10000 }) => {
      const counted = countWrong(chatOf(lines, conversations, drawFrom(seed)), redactAll);
      return { name, maxWrongIn10000, ...counted };
    }),
  };
}

function sumOf(scores: Score[]): Score {
  const sum = (field: "values" | "found" | "replaced" | "wrong") =>
    scores.reduce((total, score) => total + score[field], 0);
  return {
    kind: "all",
    values: sum("values"),
    found: sum("found"),
    replaced: sum("replaced"),
    wrong: sum("wrong"),
  };
}

/** Of a text that holds nothing private, every replacement is wrong. */
function countWrong(
  chat: string[][],
  redactAll: RedactAll,
): { messages: number; wrong: number; wrongIn10000: number } {
  const messages = chat.reduce((sum, bubbles) => sum + bubbles.length, 0);
  const wrong = chat.reduce((sum, bubbles) => sum + redactAll(bubbles).replaced.length, 0);
  return { messages, wrong, wrongIn10000: (wrong / messages) * 10_000 };
}

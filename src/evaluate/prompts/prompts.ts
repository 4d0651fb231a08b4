import { readFile } from "node:fs/promises";
import { UserError } from "../../errors.ts";
import own from "./prompts.json" with { type: "json" };

export interface Prompt {
  /** `brief`, `long` or `coding`; `own` for those of a file. */
  category: string;
  text: string;
}

/** A question with what each answered, in the order of the contestants. */
export interface Answered extends Prompt {
  answers: { model: string; bubbles: string[] }[];
}

/** The questions that come with persona. */
export const builtInPrompts: Prompt[] = Object.entries(own).flatMap(([category, texts]) =>
  texts.map((text) => ({ category, text })),
);

/** Questions of a file, one a line; lines that begin with `#` are comments. */
export async function readPrompts(file: string): Promise<Prompt[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read.`, {
      fix: "Name a file with a question on each line.",
      cause,
    });
  });
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/)
    .map((line) => line.trim());
  const prompts = [...new Set(lines.filter((line) => line !== "" && !line.startsWith("#")))];
  if (prompts.length > 0) return prompts.map((text) => ({ category: "own", text }));
  throw new UserError(`${file} holds no question.`, { fix: "Write a question on each line." });
}

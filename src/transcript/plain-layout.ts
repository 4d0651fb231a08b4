import { UserError } from "../errors.ts";
import type { Tokenizer } from "../tokenizer/index.ts";
import type { Layout, Separators } from "./layout.ts";

/**
 * How a conversation is written for a base model: `Name:` on a line, one line a bubble, an empty line after the turn.
 *
 *     <|endoftext|>Ben:
 *     are you coming
 *
 *     Ana:
 *     yes!
 *     in ten minutes
 *
 *     <|endoftext|>
 *
 * What opens it is the id of a text's end, which for many bases is what stands before the next one too; where a base knows an
 * opening of its own, it is that. The empty line is the single id of `"\n\n"` where the vocabulary has one: "another bubble or the end of the
 * turn" is then one decision, and the one that GPT-2 saw before every new speaker of a script.
 */
export function plainLayout({
  tokenizer,
  persona,
  separators,
}: {
  tokenizer: Tokenizer;
  persona: string;
  separators: Separators;
}): Layout {
  const end = tokenizer.specialId("<|endoftext|>") ?? tokenizer.endOfText?.id;
  if (end === undefined) {
    throw new UserError("This tokeniser has no end-of-text token, so a conversation could not end.", {
      fix: "Choose a base that has one, such as gpt2-large, or the chat rendering (persona prepare and persona train take --rendering chat).",
    });
  }
  const colon = tokenizer.encode(":");
  const emptyLine = tokenizer.encode("\n\n");

  return {
    prefix: [tokenizer.opening ?? end],
    opening({ speaker }) {
      const label = tokenizer.encode(speaker);
      return { ids: [...label, ...colon, separators.newline], labelLength: label.length };
    },
    closing: emptyLine.length === 1 ? emptyLine : [separators.newline, separators.newline],
    end,
    readOpening(ids, start) {
      const newline = ids.indexOf(separators.newline, start);
      if (ids[start] === end || newline === -1) return undefined;
      const label = tokenizer.decode(ids.slice(start, newline)).slice(0, -1);
      return { speaker: label, isPersona: label === persona, length: newline + 1 - start };
    },
  };
}

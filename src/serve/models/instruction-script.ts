import type { Turn } from "../../handoffs/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import type { Script } from "../script.ts";
import { AnswerReader } from "./answer-reader.ts";
import { messagesOf } from "./messages.ts";
import type { Writing } from "./writing.ts";

/** How conversations are written for a model that was taught to answer: each piece is encoded by itself, and the ids are joined. */
export function instructionScript(tokenizer: Tokenizer, writing: Writing, systemPrompt?: string): Script {
  const { bytesOf, encode, encodeTemplate, opening } = tokenizer;
  return {
    prompt(turns: Turn[]) {
      const pieces = writing.write(messagesOf(turns), systemPrompt);
      const ids = pieces.flatMap((piece) =>
        "words" in piece ? encode(piece.words) : encodeTemplate(piece.template),
      );
      // Some templates leave to the tokeniser what opens a text.
      return opening === undefined || ids[0] === opening ? ids : [opening, ...ids];
    },
    readReply: () => new AnswerReader({ bytesOf, stops: writing.stops }),
    idsOfReply: (bubbles) => encode(bubbles.join("\n")),
    withSystemPrompt: (words) => instructionScript(tokenizer, writing, words),
  };
}

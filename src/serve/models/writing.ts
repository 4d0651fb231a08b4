import { UserError } from "../../errors.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import { openChatTemplate, type WriteMessages } from "../../transcript/index.ts";
import type { Format } from "./formats.ts";
import type { RoleMessage } from "./messages.ts";

/** A part of a prompt: of the template, in which special tokens are meant, or what somebody said, in which none is. */
export type PromptPiece = { template: string } | { words: string };

/** How a model is asked. */
export interface Writing {
  /** The pieces of a prompt for what the model says next. */
  write(messages: RoleMessage[], system: string | undefined): PromptPiece[];
  /** Texts that the model would open another turn with. */
  stops: string[];
}

/** By the text around each role's words. */
export function writingByFormat({ system, user, assistant, stops }: Format): Writing {
  return {
    stops,
    write(messages, asked) {
      const first = asked ?? system?.usual;
      const opening: PromptPiece[] =
        system === undefined || first === undefined
          ? []
          : [{ template: system.before }, { words: first }, { template: system.after }];
      const said = system === undefined ? withSystemFirst(messages, asked) : messages;
      return [
        ...opening,
        ...said.flatMap(({ role, content }): PromptPiece[] => {
          const { before, after } = role === "user" ? user : assistant;
          return [{ template: before }, { words: content }, { template: after }];
        }),
        { template: assistant.before },
      ];
    },
  };
}

/**
 * By a chat template. It is written with marks in place of what people say, so that their words never pass through it.
 *
 * @throws {UserError} for a template that cannot be written with.
 */
export function writingByTemplate(template: string, tokenizer: Tokenizer): Writing {
  try {
    const write = openChatTemplate(template, tokenizer);
    const takesSystem = opensWithSystem(write);
    return {
      stops: stopsOf(write, tokenizer),
      write(messages, system) {
        const said = takesSystem ? messages : withSystemFirst(messages, system);
        const first = takesSystem && system !== undefined ? [{ role: "system", content: system }] : [];
        const all = [...first, ...said];
        const marked = all.map(({ role }, index) => ({ role, content: mark(index) }));
        return piecesOf(write(marked, asPrompt), all);
      },
    };
  } catch (cause) {
    throw new UserError(`The model's chat template cannot be used (${(cause as Error).message}).`, {
      fix: "Say how it wants to be asked: --format chatml, or another that --help names.",
      cause,
    });
  }
}

/** Models that can think first are asked not to. */
const asPrompt = { asPrompt: true, variables: { enable_thinking: false } };

/** Characters that no template has. */
const mark = (index: number) => `\ue000${index}\ue001`;
const marks = /\ue000(\d+)\ue001/u;

function piecesOf(written: string, messages: { content: string }[]): PromptPiece[] {
  // Every second part of a text that is split at a group is what the group found.
  const parts = written.split(marks);
  return parts.map((part, index) =>
    index % 2 === 0 ? { template: part } : { words: messages[Number(part)]?.content ?? "" },
  );
}

/** For models that know no system message: what it says stands before the first words. */
function withSystemFirst(messages: RoleMessage[], system: string | undefined): RoleMessage[] {
  const [first, ...others] = messages;
  if (system === undefined || first === undefined) return messages;
  return [{ ...first, content: `${system}\n\n${first.content}` }, ...others];
}

/** Some templates refuse a system message, and some leave it out. */
function opensWithSystem(write: WriteMessages): boolean {
  try {
    return write(
      [
        { role: "system", content: mark(0) },
        { role: "user", content: mark(1) },
      ],
      asPrompt,
    ).includes(mark(0));
  } catch {
    return false;
  }
}

/** What stands between an answer and the next question, where no special token of it ends the answer. */
function stopsOf(write: WriteMessages, tokenizer: Tokenizer): string[] {
  const roles = ["user", "assistant", "user"];
  const written = write(roles.map((role, index) => ({ role, content: mark(index) })));
  const between = written.split(marks)[4] ?? "";
  const hasSpecial = tokenizer.encodeTemplate(between).some((id) => tokenizer.bytesOf(id).length === 0);
  return hasSpecial || between.trim() === "" ? [] : [between.trim()];
}

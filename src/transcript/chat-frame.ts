import { UserError } from "../errors.ts";
import type { Tokenizer } from "../tokenizer/index.ts";
import { openChatTemplate, type WriteMessages } from "./chat-template.ts";

/** The text of a chat template around the contents of its messages. */
interface ChatFrame {
  /** Before the first turn; in two parts around the system message, where the template takes one. */
  prefix: [string] | [string, string];
  userOpening: string;
  assistantOpening: string;
  /** After the words of either role. */
  closing: string;
}

const plainRendering = "the plain rendering (persona prepare and persona train take --rendering plain)";

/** Contents that no template alters and no vocabulary knows, to find the text between them. */
const mark = {
  system: "\ue000S\ue001",
  user: "\ue000U\ue001",
  assistant: "\ue000A\ue001",
  again: "\ue000V\ue001",
};

/** @throws {UserError} for a tokeniser without a template, and for a template whose turns cannot be joined one by one. */
export function chatFrameOf(tokenizer: Tokenizer): ChatFrame {
  if (tokenizer.chatTemplate === undefined) {
    throw new UserError("This model has no chat template.", { fix: `Choose ${plainRendering}.` });
  }
  try {
    return readFrame(openChatTemplate(tokenizer.chatTemplate, tokenizer));
  } catch (error) {
    throw error instanceof UserError ? error : unsupportedTemplate(error);
  }
}

function readFrame(write: WriteMessages): ChatFrame {
  const user = { role: "user", content: mark.user };
  const assistant = { role: "assistant", content: mark.assistant };
  const again = { role: "user", content: mark.again };
  const first = opensWithSystem(write) ? [{ role: "system", content: mark.system }, user] : [user];

  const whole = write([...first, assistant, again]);
  const closing = after(write([...first, assistant]), mark.assistant);
  if (closing !== after(write(first), mark.user)) throw unsupportedTemplate();
  const userOpening = without(between(whole, mark.assistant, mark.again), closing);
  // Not what a prompt ends with: where models think before they answer, that would ask for thoughts, and earlier answers
  // stand without them.
  const assistantOpening = without(between(whole, mark.user, mark.assistant), closing);

  const [start, ...afterSystem] = withoutEnd(before(whole, mark.user), userOpening).split(mark.system);
  if (start === undefined || afterSystem.length > 1) throw unsupportedTemplate();
  const prefix: ChatFrame["prefix"] = afterSystem[0] === undefined ? [start] : [start, afterSystem[0]];
  return { prefix, userOpening, assistantOpening, closing };
}

/** Some templates refuse a system message; others write one of their own when there is none. */
function opensWithSystem(write: WriteMessages): boolean {
  try {
    const written = write([
      { role: "system", content: mark.system },
      { role: "user", content: mark.user },
    ]);
    return written.includes(mark.system);
  } catch {
    return false;
  }
}

function before(text: string, part: string): string {
  return text.slice(0, positionOf(text, part));
}

function after(text: string, part: string): string {
  return text.slice(positionOf(text, part) + part.length);
}

function between(text: string, start: string, end: string): string {
  return before(after(text, start), end);
}

function positionOf(text: string, part: string): number {
  const position = text.indexOf(part);
  if (position === -1) throw unsupportedTemplate();
  return position;
}

function without(text: string, start: string): string {
  if (!text.startsWith(start)) throw unsupportedTemplate();
  return text.slice(start.length);
}

function withoutEnd(text: string, end: string): string {
  if (!text.endsWith(end)) throw unsupportedTemplate();
  return text.slice(0, text.length - end.length);
}

export function unsupportedTemplate(cause?: unknown): UserError {
  return new UserError("This model's chat template is not one that turns can be joined with one by one.", {
    fix: `Choose ${plainRendering}, or another base.`,
    cause,
  });
}

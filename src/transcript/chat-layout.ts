import { Template } from "@huggingface/jinja";
import { UserError } from "../errors.ts";
import type { Tokenizer } from "../tokenizer/index.ts";
import type { Layout, Separators } from "./layout.ts";

/**
 * How a conversation is written for a model with a chat template, in that model's own words.
 *
 * The persona is `assistant`; everyone else speaks as `user`, with their name on a line of its own. The system message
 * names the persona alone: it then stays the same whoever joins later, so that a prompt is a prefix of the whole.
 */
export function chatLayout({
  tokenizer,
  persona,
  separators,
}: {
  tokenizer: Tokenizer;
  persona: string;
  separators: Separators;
}): Layout {
  const frame = frameOf(tokenizer);
  const [beforeSystem, afterSystem] = frame.prefix;
  const encode = tokenizer.encodeTemplate;
  const colon = tokenizer.encode(":");
  const asUser = encode(frame.userOpening);
  const asAssistant = encode(frame.assistantOpening);
  const closing = encode(frame.closing);
  const end = tokenizer.specialId("<|endoftext|>") ?? tokenizer.endOfText?.id ?? closing[0];
  if (closing[0] === undefined || end === undefined || tokenizer.bytesOf(closing[0]).length > 0)
    throw unsupported();

  const system =
    afterSystem === undefined ? [] : tokenizer.encode(`You are ${persona}, chatting with friends.`);
  const startsWith = (ids: number[], start: number, part: number[]) =>
    part.every((id, index) => ids[start + index] === id);

  return {
    prefix: [...encode(beforeSystem), ...system, ...encode(afterSystem ?? "")],
    opening({ speaker, isPersona }) {
      if (isPersona) return { ids: asAssistant, labelLength: asAssistant.length };
      const label = [...asUser, ...tokenizer.encode(speaker)];
      return { ids: [...label, ...colon, separators.newline], labelLength: label.length };
    },
    closing,
    end,
    readOpening(ids, start) {
      if (startsWith(ids, start, asAssistant))
        return { speaker: persona, isPersona: true, length: asAssistant.length };
      if (!startsWith(ids, start, asUser)) return undefined;
      const label = start + asUser.length;
      const newline = ids.indexOf(separators.newline, label);
      if (newline === -1) return undefined;
      const speaker = tokenizer.decode(ids.slice(label, newline)).slice(0, -1);
      return { speaker, isPersona: false, length: newline + 1 - start };
    },
  };
}

/** The text of a template around the contents of its messages. */
interface Frame {
  /** Before the first turn; in two parts around the system message, where the template takes one. */
  prefix: [string] | [string, string];
  userOpening: string;
  assistantOpening: string;
  /** After the words of either role. */
  closing: string;
}

/** Contents that no template alters and no vocabulary knows, to find the text between them. */
const mark = {
  system: "\ue000S\ue001",
  user: "\ue000U\ue001",
  assistant: "\ue000A\ue001",
  again: "\ue000V\ue001",
};

function frameOf(tokenizer: Tokenizer): Frame {
  if (tokenizer.chatTemplate === undefined) {
    throw new UserError("This model has no chat template.", { fix: "Use --rendering plain." });
  }
  const template = new Template(tokenizer.chatTemplate);
  const write = (messages: { role: string; content: string }[], add_generation_prompt = false) =>
    template.render({
      messages,
      add_generation_prompt,
      bos_token: tokenizer.beginOfText?.content ?? "",
      eos_token: tokenizer.endOfText?.content ?? "",
    });

  const user = { role: "user", content: mark.user };
  const assistant = { role: "assistant", content: mark.assistant };
  const again = { role: "user", content: mark.again };
  const first = opensWithSystem(write) ? [{ role: "system", content: mark.system }, user] : [user];

  const closingOfUser = after(write(first), mark.user);
  const assistantOpening = without(after(write(first, true), mark.user), closingOfUser);
  const whole = write([...first, assistant, again]);
  const closing = after(write([...first, assistant]), mark.assistant);
  const userOpening = without(between(whole, mark.assistant, mark.again), closing);
  const isRegular =
    closing === closingOfUser &&
    between(whole, mark.user, mark.assistant) === closingOfUser + assistantOpening;
  if (!isRegular) throw unsupported();

  const prefix = withoutEnd(before(whole, mark.user), userOpening).split(mark.system);
  return { prefix: prefix as Frame["prefix"], userOpening, assistantOpening, closing };
}

/** Some templates refuse a system message; others write one of their own when there is none. */
function opensWithSystem(write: (messages: { role: string; content: string }[]) => string): boolean {
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
  if (position === -1) throw unsupported();
  return position;
}

function without(text: string, start: string): string {
  if (!text.startsWith(start)) throw unsupported();
  return text.slice(start.length);
}

function withoutEnd(text: string, end: string): string {
  if (!text.endsWith(end)) throw unsupported();
  return text.slice(0, text.length - end.length);
}

function unsupported(): UserError {
  return new UserError("This model's chat template is not one that turns can be joined with one by one.", {
    fix: "Use --rendering plain, or another base.",
  });
}

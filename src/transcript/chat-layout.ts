import type { Tokenizer } from "../tokenizer/index.ts";
import { chatFrameOf, unsupportedTemplate } from "./chat-frame.ts";
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
  const frame = chatFrameOf(tokenizer);
  const [beforeSystem, afterSystem] = frame.prefix;
  const encode = tokenizer.encodeTemplate;
  const colon = tokenizer.encode(":");
  const asUser = encode(frame.userOpening);
  const asAssistant = encode(frame.assistantOpening);
  const closing = encode(frame.closing);
  const end = tokenizer.specialId("<|endoftext|>") ?? tokenizer.endOfText?.id ?? closing[0];
  if (closing[0] === undefined || end === undefined || tokenizer.bytesOf(closing[0]).length > 0)
    throw unsupportedTemplate();

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

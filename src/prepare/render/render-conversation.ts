import type { Turn } from "../../handoffs/index.ts";
import { TokenBuffer } from "../../tokenizer/index.ts";
import type { Transcript } from "../../transcript/index.ts";
import { type Conversation, thinShort, toTurns } from "../conversations/index.ts";
import type { WrittenRecord } from "../segments/index.ts";
import type { Settings } from "../settings.ts";
import { LongTexts } from "./long-texts.ts";

/** Renders conversations into one buffer, each valid until the next. */
export interface ConversationRenderer {
  render(conversation: Conversation, isHeldOut: boolean): { turns: Turn[]; record: WrittenRecord };
}

export function createConversationRenderer(
  settings: Pick<Settings, "persona" | "neutralLabelShare" | "keepShort">,
  { labelOf, transcript }: { labelOf: (sender: string) => string | undefined; transcript: Transcript },
): ConversationRenderer {
  const buffer = new TokenBuffer();
  const longTexts = new LongTexts();
  return {
    render(conversation, isHeldOut) {
      const turns = toTurns(conversation, settings, labelOf);
      // What is measured is the same whatever is learned from.
      if (!isHeldOut) thinShort(turns, conversation, settings.keepShort);
      buffer.clear();
      const starts = transcript.renderInto(buffer, turns);
      return {
        turns,
        record: {
          isHeldOut,
          tokens: buffer.ids.subarray(0, buffer.length),
          mask: buffer.mask.subarray(0, buffer.length),
          turnStarts: starts.turns,
          ownBubbles: turns.map(({ isPersona, bubbles, contextOnly = [] }) =>
            isPersona ? bubbles.length - contextOnly.filter(Boolean).length : 0,
          ),
          ...longTexts.of(turns, starts, buffer.length - 1),
        },
      };
    },
  };
}

import type { Turn } from "../../handoffs/index.ts";
import { TokenBuffer } from "../../tokenizer/index.ts";
import type { Transcript } from "../../transcript/index.ts";
import { type Conversation, toTurns } from "../conversations/index.ts";
import type { Settings } from "../options.ts";
import type { WrittenRecord } from "../segments/index.ts";
import { LongTexts } from "./long-texts.ts";

/** Renders conversations into one buffer, each valid until the next. */
export interface ConversationRenderer {
  render(conversation: Conversation, isHeldOut: boolean): { turns: Turn[]; record: WrittenRecord };
}

export function createConversationRenderer(
  { settings, labelOf }: { settings: Settings; labelOf: (sender: string) => string | undefined },
  transcript: Transcript,
): ConversationRenderer {
  const buffer = new TokenBuffer();
  const longTexts = new LongTexts();
  const turnOptions = { ...settings, labelOf };
  // What is measured is the same whatever is learned from.
  const heldOutOptions = { ...turnOptions, keepShort: 1 };
  return {
    render(conversation, isHeldOut) {
      const turns = toTurns(conversation, isHeldOut ? heldOutOptions : turnOptions);
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

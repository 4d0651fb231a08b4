import type { Turn } from "../handoffs.ts";
import { TokenBuffer } from "../token-buffer.ts";
import { canonicalLabel, type Starts, type Transcript } from "../transcript.ts";
import type { Conversation } from "./conversations.ts";
import { appendRuns, appendSketch, hashOfText, wordsARun } from "./copies/fingerprint.ts";
import { WordHashes } from "./copies/word-hashes.ts";
import type { Settings } from "./options.ts";
import type { LongText } from "./segments/record.ts";
import type { SegmentWriter } from "./segments/segment.ts";
import { neutralLabel, optedOutBubble, toTurns, withoutOptedOut } from "./turns.ts";

/** Renders conversations into one buffer, each valid until the next. */
export interface ConversationRenderer {
  render(
    conversation: Conversation,
    isHeldOut: boolean,
  ): { turns: Turn[]; record: Parameters<SegmentWriter["write"]>[0] };
}

export function createConversationRenderer(settings: Settings, transcript: Transcript): ConversationRenderer {
  const buffer = new TokenBuffer();
  const optedOut = new Set(settings.optedOut);
  const turnOptions = {
    ...settings,
    labelOf: (sender: string) => (optedOut.has(sender) ? neutralLabel : canonicalLabel(sender)),
  };
  return {
    render({ messages, texts }, isHeldOut) {
      const allowed = optedOut.size > 0 ? withoutOptedOut(messages, optedOut) : messages;
      const turns = toTurns({ messages: allowed, texts }, turnOptions);
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
          ...fingerprints(turns, starts, buffer.length - 1),
        },
      };
    },
  };
}

const words = new WordHashes();
/** Eight words are at least eight characters and what stands between them. */
const shortestLongText = 2 * wordsARun - 1;

/** What long texts are compared by; `end` is where the last turn's tokens end. */
function fingerprints(turns: Turn[], starts: Starts, end: number) {
  const runs: number[] = [];
  const runStarts = [0];
  const longTexts: LongText[] = [];
  for (const [turn, { bubbles, isPersona, contextOnly = [] }] of turns.entries()) {
    const bubbleStarts = starts.bubbles[turn] as number[];
    for (const [index, bubble] of bubbles.entries()) {
      if (bubble.length < wordsARun || (bubble.length < shortestLongText && isAscii(bubble))) continue;
      if (bubble === optedOutBubble || words.read(bubble).count < wordsARun) continue;
      appendRuns(words, runs);
      const sketch: number[] = [];
      appendSketch(words, sketch);
      longTexts.push({
        turn,
        start: bubbleStarts[index] as number,
        end: bubbleStarts[index + 1] ?? starts.turns[turn + 1] ?? end,
        isOwn: isPersona && contextOnly[index] !== true,
        hash: hashOfText(words),
        sketch: Uint32Array.from(sketch),
      });
    }
    runStarts.push(runs.length);
  }
  return { runs, runStarts, longTexts };
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

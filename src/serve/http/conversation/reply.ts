import type { WeighedId } from "../../engines/index.ts";
import type { Memory } from "../../memory/index.ts";
import type { Persona } from "../../persona.ts";
import type { ReplyOutcome } from "../../replies/index.ts";
import type { Computing } from "../compute.ts";
import { seedFor } from "../sampling.ts";
import { TextUntil } from "../text-until.ts";
import type { TokenCounts } from "../usage.ts";
import { bubbleBreak } from "./heard.ts";

interface ReplyRequest {
  seed: number | null | undefined;
  temperature?: number | null | undefined;
  topP?: number | null | undefined;
  minP?: number | null | undefined;
  maxTokens?: number | null | undefined;
  stops: string[];
}

/** How an answer ended. */
export interface EndedReply extends TokenCounts {
  text: string;
  finish: "stop" | "length" | "content_filter";
}

/** One answer of the persona, told bubble by bubble: what may not be said never leaves. */
export async function reply(
  { persona, memory, index, asked }: { persona: Persona; memory: Memory; index: number; asked: ReplyRequest },
  { signal, begun }: Computing,
  tell: (text: string) => void,
): Promise<EndedReply> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const until = new TextUntil(asked.stops);
  const ended: EndedReply = { text: "", finish: "stop", promptTokens: 0, drawnTokens: 0 };
  const show = (shown: string) => {
    ended.text += shown;
    if (shown !== "") tell(shown);
  };
  let bubbles = 0;
  try {
    const seed = seedFor(asked.seed, index);
    for await (const event of persona.reply(memory, {
      seed,
      signal: controller.signal,
      drawing: drawingOf(asked),
    })) {
      if (event.type === "bubble-delta") begun();
      if (event.type === "bubble-end") {
        begun();
        show(until.push(`${bubbles++ === 0 ? "" : bubbleBreak}${event.bubble}`));
        // Whatever follows is not wanted; how much was drawn is told all the same.
        if (until.isOver) stop();
      }
      if (event.type !== "reply-end") continue;
      ended.promptTokens = event.promptTokens ?? 0;
      ended.drawnTokens = event.outcome.tokens;
      ended.finish = until.isOver ? "stop" : finishOf(event.outcome);
    }
    show(until.end());
    return ended;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** How likely each token of an answer was; undefined where the engine cannot tell. */
export async function weighReply(
  { persona, memory, text, likeliest }: { persona: Persona; memory: Memory; text: string; likeliest: number },
  signal: AbortSignal,
): Promise<WeighedId[] | undefined> {
  return text === "" ? [] : persona.weigh(memory, text.split(bubbleBreak), likeliest, { signal });
}

function drawingOf({ temperature, topP, minP, maxTokens }: ReplyRequest) {
  return {
    ...(typeof temperature === "number" && { temperature }),
    ...(typeof topP === "number" && { topP }),
    ...(typeof minP === "number" && { minP }),
    ...(typeof maxTokens === "number" && { maxTokens }),
  };
}

/** A reply that is cut off without a reason has run into its limit. */
function finishOf({ ending, candidates }: ReplyOutcome): EndedReply["finish"] {
  if (ending === "refused") return "content_filter";
  if (ending !== "cut-off") return "stop";
  return candidates.some(({ failure }) => failure === undefined) ? "length" : "content_filter";
}

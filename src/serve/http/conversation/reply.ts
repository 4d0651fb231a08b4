import type { WeighedId } from "../../engines/index.ts";
import type { Memory } from "../../memory/index.ts";
import type { Persona } from "../../persona.ts";
import type { ReplyOutcome } from "../../replies/index.ts";
import type { Computing } from "../compute.ts";
import { seedFor } from "../sampling.ts";
import { TextUntil } from "../text-until.ts";
import type { TokenCounts } from "../usage.ts";
import { bubbleBreak, isHeard, type SaidBefore } from "./heard.ts";

interface ReplyRequest {
  seed: number | null | undefined;
  temperature?: number | null | undefined;
  topP?: number | null | undefined;
  minP?: number | null | undefined;
  maxTokens?: number | null | undefined;
  stops: string[];
  /** What an instruction model is told first. */
  systemPrompt?: string | undefined;
}

/** How an answer ended. */
export interface EndedReply extends TokenCounts {
  text: string;
  finish: "stop" | "length" | "content_filter";
}

interface Replying {
  persona: Persona;
  memory: Memory;
  /** What the memory has heard. */
  said: SaidBefore[];
  /** Which of several answers it is. */
  index: number;
  asked: ReplyRequest;
}

/** One answer of the persona, told bubble by bubble: what may not be said never leaves. */
export async function reply(
  { persona, memory, said, index, asked }: Replying,
  { signal, begun }: Computing,
  tell: (text: string) => void,
): Promise<EndedReply> {
  const ended: EndedReply = { text: "", finish: "stop", promptTokens: 0, drawnTokens: 0 };
  if (!isHeard(said, memory)) return ended;
  const stopping = stoppable(signal);
  const until = new TextUntil(asked.stops);
  const show = (shown: string) => {
    ended.text += shown;
    if (shown !== "") tell(shown);
  };
  let bubbles = 0;
  const options = {
    seed: seedFor(asked.seed, index),
    signal: stopping.signal,
    drawing: drawingOf(asked),
    ...promptOf(asked),
  };
  for await (const event of persona.reply(memory, options)) {
    if (event.type === "bubble-delta") begun();
    if (event.type === "bubble-end") {
      begun();
      show(until.push(`${bubbles++ === 0 ? "" : bubbleBreak}${event.bubble}`));
      // Whatever follows is not wanted; how much was drawn is told all the same.
      if (until.isOver) stopping.stop();
    }
    if (event.type !== "reply-end") continue;
    ended.promptTokens = event.promptTokens ?? 0;
    ended.drawnTokens = event.outcome.tokens;
    ended.finish = until.isOver ? "stop" : finishOf(event.outcome);
  }
  stopping.end();
  show(until.end());
  return ended;
}

/** A signal that is raised with another one, or by itself. */
function stoppable(signal: AbortSignal) {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return { signal: controller.signal, stop, end: () => signal.removeEventListener("abort", stop) };
}

/** How likely each token of an answer was; undefined where the engine cannot tell. */
export async function weighReply(
  { persona, memory, text, likeliest }: { persona: Persona; memory: Memory; text: string; likeliest: number },
  signal: AbortSignal,
): Promise<WeighedId[] | undefined> {
  return text === "" ? [] : persona.weigh(memory, text.split(bubbleBreak), likeliest, { signal });
}

function promptOf({ systemPrompt }: ReplyRequest) {
  return systemPrompt === undefined ? {} : { systemPrompt };
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

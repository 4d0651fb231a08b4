import type { Turn } from "../handoffs/index.ts";
import type { ReplyEvent, Transcript } from "../transcript/index.ts";

/** How conversations are written for a model, and what it says is read. */
export interface Script extends Pick<Transcript, "prompt"> {
  readReply(): { push(id: number): ReplyEvent[]; end(): ReplyEvent[] };
  /** The ids of an answer after its prompt. */
  idsOfReply(bubbles: string[]): number[];
  /** Absent where the model cannot tell who speaks next. */
  nextSpeaker?: Transcript["nextSpeaker"];
  /** The same with another prompt before all that was said, for models that take one. */
  withSystemPrompt?(words: string): Script;
}

/** As training wrote conversations. */
export function scriptOf(transcript: Transcript): Script {
  return { ...transcript, idsOfReply: (bubbles) => idsOfReply(transcript, bubbles) };
}

/** Written as training wrote it, which is nearly always as it was drawn. */
function idsOfReply(transcript: Transcript, bubbles: string[]): number[] {
  const turn: Turn = { speaker: "", isPersona: true, bubbles };
  const { ids } = transcript.render([turn]);
  const reader = transcript.readReply();
  const reply: number[] = [];
  for (const id of ids.slice(transcript.prompt([]).length)) {
    if (reader.push(id).some(({ type }) => type === "turn-end")) break;
    reply.push(id);
  }
  return reply;
}

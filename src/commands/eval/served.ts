import { availableParallelism } from "node:os";
import type { Respondent, ServedReply } from "../../evaluate/index.ts";
import type { RunRecord, Turn } from "../../handoffs/index.ts";
import { Memory, openPersona, type Persona, personaOfRun, type ReplySettings } from "../../serve/index.ts";
import { loadTokenizer } from "../../tokenizer/index.ts";
import { createTranscript, type Transcript, withReply } from "../../transcript/index.ts";
import type { CommandContext } from "../command.ts";
import { guardFor } from "../serving/guard.ts";

/** Questions that are answered together: a batch of more gains little on a processor. */
const atOnce = Math.min(8, 4 * availableParallelism());

/** Answers held-out messages as chat and bot answer friends, but for the owner's note. */
export async function openRespondent(
  context: CommandContext,
  run: RunRecord,
  settings: ReplySettings,
): Promise<Respondent> {
  const files = await personaOfRun(context.workspace, run);
  const guard = await guardFor(context, run, settings);
  const { warn } = context.terminal;
  const persona = await openPersona(files, settings, { guard, conversations: atOnce, warn });
  const tokenizer = await loadTokenizer(files.tokenizerDirectory);
  const transcript = createTranscript({ tokenizer, rendering: files.rendering, persona: files.name });
  return {
    atOnce,
    async answer({ index, context }, signal) {
      // What was held out is masked already, and each question is a conversation of its own.
      const memory = new Memory({ id: `question ${index}`, persona: persona.name });
      for (const { speaker, bubbles } of context) {
        for (const bubble of bubbles) {
          if (speaker === persona.name) memory.say(bubble);
          else memory.hear(speaker, bubble);
        }
      }
      const { bubbles, ended } = await oneReply(persona, memory, { seed: index, signal });
      persona.forget(memory.id);
      return { bubbles, ended, ids: idsOf(transcript, memory.turns, bubbles) };
    },
    close: () => persona.close(),
  };
}

async function oneReply(
  persona: Persona,
  memory: Memory,
  options: { seed: number; signal: AbortSignal },
): Promise<Omit<ServedReply, "ids">> {
  const bubbles: string[] = [];
  let ended = false;
  for await (const event of persona.reply(memory, options)) {
    if (event.type === "bubble-end") bubbles.push(event.bubble);
    else if (event.type === "reply-end") ended = ["said", "silent"].includes(event.outcome.ending);
  }
  return { bubbles, ended };
}

/** As training has them: bubbles and the end of the turn, without that of the conversation. */
function idsOf(transcript: Transcript, before: Turn[], bubbles: string[]): number[] {
  if (bubbles.length === 0) return [];
  const { ids } = transcript.render(withReply(before, bubbles));
  return ids.slice(transcript.prompt(before).length, -1);
}

import type { Message, SendableChannels } from "discord.js";
import type { Logger } from "pino";
import type { Memory } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import { hasLink, type Pace, type ReplyOutcome, readAhead } from "../replies/index.ts";
import { describeError } from "./failures.ts";
import { type Composed, Composer, type Outgoing } from "./messages/index.ts";
import type { Rules } from "./rules/index.ts";
import { type Speaker, speakerIn } from "./speaking.ts";

interface Replying {
  persona: Persona;
  /** What an instruction model is told beforehand, where that is chosen. */
  systemPrompt: string | undefined;
  /** Says it under the name of a voice that the bot's account does not stand for there. */
  asGuest: ((said: Outgoing) => Promise<Message | undefined>) | undefined;
  memory: Memory;
  rules: Rules;
  log: Logger;
  place: SendableChannels;
  /** What is answered; undefined where a command asked. */
  message: Message | undefined;
  pace: Pace;
  /** Told of each message that is being sent; resolves once it is remembered. */
  onSending: (sending: Promise<void>) => void;
  /** Told when the persona is seen typing, and when it has said what it typed. */
  onTyping: (isTyping: boolean) => void;
  /** Whether the conversation is still the one that this answers: what was reset meanwhile stays forgotten. */
  isCurrent: () => boolean;
}

/** Says what the persona has to say: each message when it is due, and allowed. */
export async function giveReply(replying: Replying): Promise<void> {
  const { persona, systemPrompt, asGuest, memory, rules, log, place, message, pace, onTyping } = replying;
  const channel = memory.id;
  const startedAt = performance.now();
  const onRefused = (error: unknown) =>
    log.warn({ channel, error: describeError(error) }, "Discord refused a message for what is in it");
  const speaker = speakerIn(place, { asGuest, message, onRefused, onTyping });
  const composer = new Composer();
  let outcome: ReplyOutcome | undefined;
  let [sent, unsaid] = [0, 0];
  // Whoever thinks again has stopped writing, however long a slow engine takes to give up.
  pace.signal.addEventListener("abort", speaker.stop);
  pace.late.then(() => {
    // Nobody is seen typing for as long as an admin takes to agree.
    if (!pace.signal.aborted && !rules.needsConsent(message)) speaker.type();
  });
  try {
    const { signal } = pace;
    const drawing = persona.reply(memory, { signal, mayLink: false, systemPrompt });
    for await (const event of readAhead(rules.released(drawing, { place, message, signal }))) {
      if (event.type === "reply-end") outcome = event.outcome;
      const composed = event.type === "bubble-end" ? composer.push(event.bubble) : composer.end();
      if (composed === undefined) continue;
      if (await say(composed, speaker, replying)) sent += composed.bubbles.length;
      else unsaid++;
    }
  } finally {
    speaker.stop();
  }
  const milliseconds = Math.round(performance.now() - startedAt);
  const isWhole = outcome !== undefined && outcome.ending !== "stopped" && unsaid === 0;
  const word = pace.signal.aborted && !isWhole ? "thinks again" : wordFor(outcome);
  log.info({ channel, ...outcome, sent, milliseconds }, word);
}

/** Whether it was said. */
async function say({ bubbles, text }: Composed, speaker: Speaker, replying: Replying): Promise<boolean> {
  const { pace, rules, message, memory, log } = replying;
  if (!(await pace.untilDue(text, speaker.type))) return false;
  if (hasLink(text)) {
    log.warn({ channel: memory.id }, "a message with a link was left unsaid");
    return false;
  }
  if (message !== undefined) await rules.introduce(message.author.id, replying.persona, speaker.tell);
  let id: string | undefined;
  const sending = speaker.say(text).then((sent) => {
    id = sent;
    if (id !== undefined && replying.isCurrent()) for (const bubble of bubbles) memory.say(bubble, id);
  });
  replying.onSending(sending.catch(() => {}));
  await sending;
  return id !== undefined;
}

/** Somebody who reads the log sees whether the persona chose to say nothing, or had nothing that may be said. */
function wordFor(outcome: ReplyOutcome | undefined): string {
  if (outcome?.ending === "silent") return "nothing to say";
  return outcome?.ending === "refused" ? "nothing that may be said" : "answered";
}

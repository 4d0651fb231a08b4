import {
  ButtonStyle,
  LabelBuilder,
  type Message,
  type MessageCreateOptions,
  ModalBuilder,
  type SendableChannels,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { button, buttonRow } from "../components/index.ts";
import { noticeFlag } from "../messages/index.ts";

/** What the persona would say, bubble by bubble. */
export interface Draft {
  /** Where it would be said. */
  place: SendableChannels;
  /** What it answers; undefined where a command asked for it. */
  message: Message | undefined;
  bubbles: string[];
  /** Raised when it is not to be said any more, such as when the friend has written more. */
  signal: AbortSignal;
}

/** What became of a draft. */
export type DraftOutcome = "sent" | "changed" | "dropped" | "expired" | "withdrawn" | "unseen" | "ended";

const words: Record<DraftOutcome, string> = {
  sent: "sent as it was",
  changed: "sent as you changed it",
  dropped: "dropped",
  expired: "dropped: nobody decided in time",
  withdrawn: "not needed any more: something else was written, or everything was silenced",
  unseen: "dropped: nobody could be shown it",
  ended: "dropped: the bot ended",
};

export function describeOutcome(outcome: DraftOutcome): string {
  return words[outcome];
}

/** Of each, so that both fit into one message. */
const longestQuote = 800;

/** A draft as an admin sees it, with what it answers. */
export function cardOf(id: string, { place, message, bubbles }: Draft): MessageCreateOptions {
  const asked = message === undefined ? "A command asked for more" : `${message.author} wrote`;
  const heard = message === undefined ? [] : [quote(message.content || "(no words)")];
  const content = [`${asked} in ${place}:`, ...heard, "I would say:", quote(bubbles.join("\n"))].join("\n");
  const buttons = buttonRow(
    button(`drafts:send:${id}`, "Send", ButtonStyle.Success),
    button(`drafts:edit:${id}`, "Edit"),
    button(`drafts:drop:${id}`, "Drop", ButtonStyle.Danger),
  );
  return { content, components: [buttons], flags: noticeFlag };
}

/** Where an admin writes what is said in its place. */
export function draftModal(id: string, bubbles: string[]): ModalBuilder {
  const text = new TextInputBuilder()
    .setCustomId("words")
    .setStyle(TextInputStyle.Paragraph)
    .setMaxLength(longestModalText)
    .setValue(bubbles.join("\n").slice(0, longestModalText));
  const label = new LabelBuilder()
    .setLabel("What I say")
    .setDescription("Each line is a message of its own.")
    .setTextInputComponent(text);
  return new ModalBuilder()
    .setCustomId(`drafts:${id}`)
    .setTitle("Edit before it is sent")
    .addLabelComponents(label);
}

const longestModalText = 4000;

/** In units that Discord counts, with the marks of each line. */
function quote(text: string): string {
  const quoted = text.replace(/^/gm, "> ");
  return quoted.length > longestQuote ? `${quoted.slice(0, longestQuote).toWellFormed()}…` : quoted;
}

import {
  type ChatInputCommandInteraction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from "discord.js";
import { cutMessage } from "../../messages/index.ts";
import type { AnswerContent, CommandAnswer, PressInteraction } from "./command.ts";

export type Answerable =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | PressInteraction
  | ModalSubmitInteraction;

/** Discord waits three seconds, the way to it included. */
const deferAfterMs = 1200;

interface DeliveryOptions {
  isPrivate?: boolean | undefined;
  takesTime?: boolean | undefined;
  /** What is said in place of a form that cannot be shown any more. */
  tooSlow: string;
}

/** Brings an answer to Discord in time: where it is not there soon, Discord is told that it will come. */
export async function deliver(
  interaction: Answerable,
  answering: () => Promise<CommandAnswer>,
  { isPrivate = false, takesTime = false, tooSlow }: DeliveryOptions,
): Promise<void> {
  const flags = flagsFor({ isPrivate });
  if (takesTime) await announce(interaction, flags);
  const timer = setTimeout(() => {
    if (interaction.replied) return;
    // It is waited for before the answer is sent.
    announce(interaction, flags).catch(() => {});
  }, deferAfterMs);
  const answer = await answering().finally(() => clearTimeout(timer));
  await announcements.get(interaction);
  if (answer !== undefined && answer !== null) await send(interaction, answer, { isPrivate, tooSlow });
}

/** An interaction knows that it is deferred only once Discord has said so; until then, it would be asked again, and refuse. */
const announcements = new WeakMap<Answerable, Promise<unknown>>();

/** Tells Discord, once, that an answer will come: for everybody, unless the flags say otherwise. */
export function announce(interaction: Answerable, flags = 0): Promise<unknown> {
  const announcement = announcements.get(interaction) ?? interaction.deferReply({ flags });
  announcements.set(interaction, announcement);
  return announcement;
}

async function send(
  interaction: Answerable,
  answer: NonNullable<CommandAnswer>,
  { isPrivate, tooSlow }: { isPrivate: boolean; tooSlow: string },
): Promise<void> {
  const isDeferred = interaction.deferred || interaction.replied;
  if (typeof answer === "object" && "modal" in answer) {
    // A form can only be the first answer.
    if (isDeferred) await edit(interaction, tooSlow);
    else if (!interaction.isModalSubmit()) await interaction.showModal(answer.modal);
  } else if (typeof answer === "object" && "update" in answer) {
    if (isDeferred) await edit(interaction, answer.update);
    else if (interaction.isMessageComponent()) await interaction.update(payloadOf(answer.update, false));
  } else if (isDeferred) await edit(interaction, answer);
  else await interaction.reply(payloadOf(answer, isPrivate));
}

async function edit(interaction: Answerable, content: AnswerContent): Promise<void> {
  const { flags, ...payload } = payloadOf(content, false);
  await interaction.editReply({ ...payload, flags: flags & MessageFlags.IsComponentsV2 });
}

function payloadOf(content: AnswerContent, isCommandPrivate: boolean) {
  const {
    isCard = false,
    isPrivate = isCommandPrivate,
    ...payload
  } = typeof content === "string" ? { content } : content;
  const words = payload.content === undefined ? {} : { content: cutMessage(payload.content) };
  return { ...payload, ...words, flags: flagsFor({ isPrivate, isCard }) };
}

function flagsFor({ isPrivate = false, isCard = false }): number {
  return (isPrivate ? MessageFlags.Ephemeral : 0) | (isCard ? MessageFlags.IsComponentsV2 : 0);
}

import { ActionRowBuilder, ButtonBuilder, ButtonStyle, TextDisplayBuilder } from "discord.js";

/** @param customId Begins with the key of the command that is told of a press. */
export function button(customId: string, label: string, style = ButtonStyle.Primary): ButtonBuilder {
  return new ButtonBuilder().setCustomId(customId).setLabel(label).setStyle(style);
}

export function buttonRow(...buttons: ButtonBuilder[]): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(buttons);
}

/** Words in a card. */
export function text(content: string): TextDisplayBuilder {
  return new TextDisplayBuilder().setContent(content);
}

import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  codeBlock,
  TextDisplayBuilder,
} from "discord.js";
import type { TrainingRun } from "../interactions/index.ts";

const colours: Record<string, number> = { finished: 0x3ba55d, failed: 0xed4245, running: 0x5865f2 };

/** A run as people see it: how far it is, and its loss drawn in letters, which every client shows. */
export function cardOf({ id, state, isOpen, about, curve }: TrainingRun) {
  const container = new ContainerBuilder().addTextDisplayComponents(
    text(`### Run ${id}: ${state}`),
    ...(about.length > 0 ? [text(about.join("\n"))] : []),
    ...(curve.length > 0 ? [text(`-# loss by step\n${codeBlock(curve.join("\n"))}`)] : []),
  );
  const colour = colours[state];
  if (colour !== undefined) container.setAccentColor(colour);
  const buttons = [button(`show:${id}`, "Refresh", ButtonStyle.Secondary)];
  if (isOpen) buttons.push(button(`cancel:${id}`, "Save and stop", ButtonStyle.Danger));
  container.addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(buttons));
  return { components: [container], isCard: true };
}

function text(content: string): TextDisplayBuilder {
  return new TextDisplayBuilder().setContent(content);
}

function button(id: string, label: string, style: ButtonStyle): ButtonBuilder {
  return new ButtonBuilder().setCustomId(`train:${id}`).setLabel(label).setStyle(style);
}

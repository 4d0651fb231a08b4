import { ButtonStyle, ContainerBuilder, codeBlock } from "discord.js";
import { button, buttonRow, text } from "../../components/index.ts";
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
  const buttons = [button(`train:show:${id}`, "Refresh", ButtonStyle.Secondary)];
  if (isOpen) buttons.push(button(`train:cancel:${id}`, "Save and stop", ButtonStyle.Danger));
  container.addActionRowComponents(buttonRow(...buttons));
  return { components: [container], isCard: true };
}

import { type Interaction, MessageFlags, SlashCommandBuilder } from "discord.js";
import type { Persona } from "../persona.ts";
import type { Channels } from "./channels.ts";

/** What people can type after a slash. */
export const commands = [
  new SlashCommandBuilder().setName("reset").setDescription("Forget what was said in this channel"),
  new SlashCommandBuilder().setName("about").setDescription("What this bot is"),
].map((command) => command.toJSON());

/** Answers a command at once: Discord waits three seconds. */
export async function answerCommand(
  interaction: Interaction,
  persona: Persona,
  channels: Channels,
): Promise<void> {
  if (!interaction.isChatInputCommand()) return;
  if (interaction.commandName === "reset") {
    channels.reset(interaction.channelId);
    await interaction.reply("Forgotten. What were we talking about?");
  } else if (interaction.commandName === "about") {
    await interaction.reply({ content: aboutText(persona), flags: MessageFlags.Ephemeral });
  }
}

function aboutText({ name, about }: Persona): string {
  return (
    `I am an AI that writes like ${name}; I am not ${name}, and I make things up (${about}). ` +
    "I run on a machine of theirs, remember a channel until /reset or a restart, and keep no log of what is said."
  );
}

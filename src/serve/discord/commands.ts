import { type Interaction, MessageFlags, SlashCommandBuilder } from "discord.js";
import { formatPlural } from "../../terminal.ts";
import { describeNote, type StateNote } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import type { Channels } from "./channels.ts";

/** What people can type after a slash. */
export const commands = [
  new SlashCommandBuilder().setName("reset").setDescription("Forget what was said in this channel"),
  new SlashCommandBuilder()
    .setName("forgetme")
    .setDescription("Forget what you said to me, in every channel"),
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
    await channels.reset(interaction.channelId);
    await interaction.reply("Forgotten. What were we talking about?");
  } else if (interaction.commandName === "forgetme") {
    const forgotten = await channels.forgetPerson(interaction.user.id);
    const content = forgotten > 0 ? "I have forgotten what you said to me." : "I remember nothing of yours.";
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  } else if (interaction.commandName === "about") {
    await interaction.reply({
      content: aboutText(persona, await persona.note(), channels.keepDays),
      flags: MessageFlags.Ephemeral,
    });
  }
}

function aboutText({ name, about }: Persona, note: StateNote | undefined, keepDays: number): string {
  const until =
    keepDays === 0 ? "/reset or a restart" : `/reset, for ${formatPlural(keepDays, "day")} at most`;
  return (
    `I am an AI that writes like ${name}; I am not ${name}, and I make things up (${about}). ` +
    `I run on a machine of theirs, remember a channel until ${until}, and keep no other log of what is said.` +
    (note === undefined ? "" : `\n${name} at the moment: ${describeNote(note)}`)
  );
}

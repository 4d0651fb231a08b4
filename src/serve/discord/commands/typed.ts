import { type Client, Events, type Message } from "discord.js";
import { describeError } from "../failures.ts";
import type { Hearing } from "../hearing/index.ts";
import { cutMessage, noticeFlag } from "../messages/index.ts";
import { withoutOwnMentions } from "../voices/index.ts";
import type { Doors } from "./interactions/index.ts";
import { describePrompt } from "./prompt.ts";

/** What the first bot of this kind understood as text. */
const typedCommands: Record<string, (message: Message, doors: Doors) => Promise<string>> = {
  async $clear({ id, channelId }, { channels, say }) {
    await channels.reset(channelId, id);
    return say("forgotten");
  },
  $prompt: async ({ author, channelId }, doors) =>
    doors.rules.isAdmin(author.id) ? describePrompt(channelId, doors) : doors.say("ownerOnly"),
};

/** Whether a message is a command, and nothing that is said to the persona. */
export function isTypedCommand(message: Message): boolean {
  return Object.hasOwn(typedCommands, commandIn(message));
}

function commandIn(message: Message): string {
  return withoutOwnMentions(message).trim().toLowerCase();
}

/** Obeys commands that are typed as text where the persona answers: elsewhere, other bots may know the same ones. */
export function serveTypedCommands(client: Client, doors: Doors & { hearing: Hearing }): void {
  client.on(Events.MessageCreate, (message) => {
    if (message.author.bot || message.webhookId !== null || !isTypedCommand(message)) return;
    if (doors.rules.obeysKillWord(message) || !doors.hearing.isForPersona(message)) return;
    obey(message, doors).catch((error) =>
      doors.log.error(
        { channel: message.channelId, error: describeError(error) },
        "a command was not answered",
      ),
    );
  });
}

async function obey(message: Message, doors: Doors): Promise<void> {
  const command = typedCommands[commandIn(message)];
  if (command === undefined || !(await doors.rules.mayHear(message))) return;
  const answer = await command(message, doors);
  await message.reply({ content: cutMessage(answer), failIfNotExists: false, flags: noticeFlag });
}

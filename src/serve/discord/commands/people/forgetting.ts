import { ButtonStyle, type Client } from "discord.js";
import { button, buttonRow } from "../../components/index.ts";
import { isOfBot } from "../../voices/index.ts";
import {
  type BotCommand,
  type Doors,
  messageCommand,
  slashCommandAnywhere,
  tellAdmins,
} from "../interactions/index.ts";

export const optout: BotCommand = {
  data: slashCommandAnywhere("optout", "Have me never hear or answer you, and forget what you said").toJSON(),
  audience: "everybody",
  isPrivate: true,
  async run({ id, user }, { people, channels, say }) {
    await people.optOut(user.id);
    await channels.forgetPerson(user.id, id);
    return say("optoutDone");
  },
};

export const optin: BotCommand = {
  data: slashCommandAnywhere("optin", "Have me hear you again").toJSON(),
  audience: "everybody",
  isPrivate: true,
  async run({ user }, { people, say }) {
    const wasOut = people.isOptedOut(user.id);
    await people.optIn(user.id);
    return say(wasOut ? "optinDone" : "optinNeedless");
  },
};

/** Accounts whose owner has pressed the button, which can be pressed again until Discord has removed it. */
const beingErased = new Set<string>();

/** What the bot remembers is forgotten at once; what the owner has of them from elsewhere, once the owner says so. */
export const forgetme: BotCommand = {
  data: slashCommandAnywhere("forgetme", "Forget what you said to me, in every channel").toJSON(),
  audience: "everybody",
  isPrivate: true,
  async run({ id, user, client }, doors) {
    const forgotten = await doors.channels.forgetPerson(user.id, id);
    const isNew = doors.people.forgetRequests.every(({ id }) => id !== user.id);
    await doors.people.requestForget(user.id);
    if (isNew) await askToErase(user.id, client, doors);
    const { say } = doors;
    return `${say(forgotten > 0 ? "forgetDone" : "forgetNeedless")} ${say("forgetAsked")}`;
  },
  async press(interaction, [word, id = ""], doors) {
    const { user, message } = interaction;
    const name = nameOf(id, doors);
    if (!doors.rules.isAdmin(user.id)) return doors.say("ownerOnly");
    if (doors.people.forgetRequests.every((request) => request.id !== id)) return undefined;
    if (beingErased.has(id)) return "That is being erased already.";
    if (word === "keep") {
      await doors.people.closeForgetRequest(id);
      return { update: { content: `What <@${id}> once wrote to you is kept.`, components: [] } };
    }
    if (name === undefined || doors.backstage.forgetting === undefined)
      return "I cannot erase it from here: persona forget --pending";
    beingErased.add(id);
    try {
      await message.edit({ components: [] });
      const lines = await doors.backstage.forgetting.erase(name);
      await doors.people.closeForgetRequest(id);
      return lines.join("\n");
    } finally {
      beingErased.delete(id);
    }
  },
};

function nameOf(id: string, { people, backstage }: Doors): string | undefined {
  return backstage.names?.ofFriend(id) ?? people.friendOf(id);
}

/** Nobody can erase what an account wrote that training does not know by name: it stands in `persona forget --pending`. */
async function askToErase(id: string, client: Client, doors: Doors): Promise<void> {
  const name = nameOf(id, doors);
  if (name === undefined) return;
  const buttons = buttonRow(
    button(`forgetme:erase:${id}`, "Erase all that they wrote", ButtonStyle.Danger),
    button(`forgetme:keep:${id}`, "Keep it", ButtonStyle.Secondary),
  );
  await tellAdmins(client, doors, {
    content:
      `<@${id}> (${name}) asks to be forgotten. I have forgotten what they said here. ` +
      "Erase what they once wrote to you from the message store, too? It cannot be undone; " +
      "runs that learned from it become stale.",
    components: [buttons],
  });
}

/** Forgets one message; it stays where it is on Discord. */
export const forgetThis: BotCommand = {
  data: messageCommand("Forget").toJSON(),
  isPrivate: true,
  async run(interaction, { channels, rules, say }) {
    if (!interaction.isMessageContextMenuCommand()) return undefined;
    const { channelId, targetMessage, user } = interaction;
    const isTheirs = targetMessage.author.id === user.id || isOfBot(targetMessage);
    if (!isTheirs && !rules.isAdmin(user.id)) return say("messageNotYours");
    const forgotten = await channels.forgetMessage(targetMessage.id, channelId);
    return say(forgotten > 0 ? "messageForgotten" : "messageUnknown");
  },
};

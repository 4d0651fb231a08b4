import { type ActionRowBuilder, type ButtonBuilder, ButtonStyle, type Client, type User } from "discord.js";
import { button, buttonRow } from "../../components/index.ts";
import {
  type BotCommand,
  chosenOf,
  type Doors,
  signOf,
  slashCommandAnywhere,
  tellAdmins,
} from "../interactions/index.ts";

/**
 * Somebody says which of the people of training they are; it counts once an admin has confirmed it.
 *
 * Names are offered to admins alone, and what others are told does not depend on whether training knows the name: it would
 * tell strangers whom the persona writes to.
 */
export const iam: BotCommand = {
  data: slashCommandAnywhere("iam", "Tell me who you are, by the name that I know you by")
    .addStringOption((option) =>
      option
        .setName("name")
        .setDescription("Your name where you wrote to each other")
        .setRequired(true)
        .setMaxLength(100)
        .setAutocomplete(true),
    )
    .addUserOption((option) => option.setName("who").setDescription("Whose name it is; my owner may say"))
    .toJSON(),
  isPrivate: true,
  async run(interaction, doors) {
    if (!interaction.isChatInputCommand()) return undefined;
    const { options, user, client } = interaction;
    const name = options.getString("name", true).trim();
    const who = options.getUser("who") ?? user;
    if (doors.rules.isAdmin(user.id))
      return introduce(who, chosenOf(name, doors.backstage.names?.all() ?? []), doors);
    if (who.id !== user.id) return doors.say("nameOfOthers");
    return noteClaim(user, name, client, doors);
  },
  complete({ user, options }, { rules, backstage }) {
    if (!rules.isAdmin(user.id)) return [];
    const typed = options.getFocused().toLowerCase();
    return backstage.names?.all().filter((name) => name.toLowerCase().includes(typed)) ?? [];
  },
  async press({ user }, [word, id = "", sign], { rules, people, say }) {
    if (!rules.isAdmin(user.id)) return say("ownerOnly");
    const claim = people.claimOf(id);
    // Whoever confirms a name confirms that name, and not another that was claimed since.
    if (claim === undefined || signOf(claim.name) !== sign) return undefined;
    if (word === "yes") await people.claim(id, claim.name, { isConfirmed: true });
    else await people.disclaim(id);
    const verdict = word === "yes" ? "is" : "is not";
    return { update: { content: `<@${id}> ${verdict} ${claim.name}.`, components: [] } };
  },
};

async function introduce(who: User, name: string, { people, backstage }: Doors): Promise<string> {
  if (backstage.names?.labelOf(name) === undefined) return `Training has heard nobody called ${name}.`;
  await people.claim(who.id, name, { isConfirmed: true });
  return `<@${who.id}> is ${name} to me from now on.`;
}

async function noteClaim(user: User, name: string, client: Client, doors: Doors): Promise<string> {
  const { people, backstage, say } = doors;
  const before = people.claimOf(user.id);
  if (before?.name === name) return say(before.isConfirmed ? "nameKnown" : "nameAskedBefore");
  await people.claim(user.id, name);
  const isKnown = backstage.names?.labelOf(name) !== undefined;
  const content = isKnown
    ? `<@${user.id}> (${user.username}) says that they are ${name}. Is that so?`
    : `<@${user.id}> (${user.username}) says that they are ${name}; training has heard nobody called so.`;
  const buttons = isKnown ? [buttonsFor(user.id, name)] : [];
  await tellAdmins(client, doors, { content, components: buttons });
  return say("nameAsked");
}

function buttonsFor(id: string, name: string): ActionRowBuilder<ButtonBuilder> {
  const rest = `${id}:${signOf(name)}`;
  return buttonRow(
    button(`iam:yes:${rest}`, "Yes", ButtonStyle.Success),
    button(`iam:no:${rest}`, "No", ButtonStyle.Danger),
  );
}

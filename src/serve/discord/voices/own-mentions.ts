import type { Client, Message, Role } from "discord.js";

/** Whether it is the role that Discord gave to the bot's account. */
export function isOwnRole(role: Role | undefined, client: Client<true>): boolean {
  return role?.tags?.botId === client.user.id;
}

/** By the bot's own name, or by its role. */
export function mentionsBot({ mentions, client }: Message): boolean {
  return mentions.users.has(client.user.id) || mentions.roles.some((role) => isOwnRole(role, client));
}

/** What somebody has typed, without the mention that says whom it is for. */
export function withoutOwnMentions({ content, mentions, client }: Message): string {
  const role = mentions.roles.find((each) => isOwnRole(each, client));
  const names = [`<@${client.user.id}>`, `<@!${client.user.id}>`, ...(role ? [`<@&${role.id}>`] : [])];
  return names.reduce((rest, name) => rest.replaceAll(name, ""), content);
}

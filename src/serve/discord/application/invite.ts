import { ApplicationIntegrationType, OAuth2Scopes, PermissionFlagsBits } from "discord.js";

/** All that it asks for in a server, as Discord names it; nothing that has power over others. */
export const permissionsAsked = {
  "View Channels": PermissionFlagsBits.ViewChannel,
  "Send Messages": PermissionFlagsBits.SendMessages,
  "Send Messages in Threads": PermissionFlagsBits.SendMessagesInThreads,
  "Read Message History": PermissionFlagsBits.ReadMessageHistory,
  "Add Reactions": PermissionFlagsBits.AddReactions,
} as const;

/** Where the bot is added to a server, and where somebody adds it to their own account. */
export function inviteLinks(applicationId: string): { toServer: string; toAccount: string } {
  const permissions = Object.values(permissionsAsked).reduce((sum, bit) => sum | bit, 0n);
  return {
    toServer: link(applicationId, {
      scope: `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`,
      permissions: String(permissions),
      integration_type: String(ApplicationIntegrationType.GuildInstall),
    }),
    toAccount: link(applicationId, {
      scope: OAuth2Scopes.ApplicationsCommands,
      integration_type: String(ApplicationIntegrationType.UserInstall),
    }),
  };
}

function link(applicationId: string, parameters: Record<string, string>): string {
  return `https://discord.com/oauth2/authorize?${new URLSearchParams({ client_id: applicationId, ...parameters })}`;
}

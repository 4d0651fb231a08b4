import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ContextMenuCommandBuilder,
  InteractionContextType,
  SlashCommandBuilder,
} from "discord.js";

/** A command of servers that have the bot, and of its direct messages. */
export function slashCommand(name: string, description: string): SlashCommandBuilder {
  return new SlashCommandBuilder()
    .setName(name)
    .setDescription(description)
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall)
    .setContexts(InteractionContextType.Guild, InteractionContextType.BotDM);
}

/** The same for whoever has added the bot to their own account, in any chat. */
export function slashCommandAnywhere(name: string, description: string): SlashCommandBuilder {
  return slashCommand(name, description)
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall)
    .setContexts(
      InteractionContextType.Guild,
      InteractionContextType.BotDM,
      InteractionContextType.PrivateChannel,
    );
}

/** A command that servers show to those alone who look after them; who may use it is asked all the same. */
export function ownersCommand(name: string, description: string): SlashCommandBuilder {
  return slashCommand(name, description).setDefaultMemberPermissions(0);
}

/** A command in the menu of a message. */
export function messageCommand(name: string): ContextMenuCommandBuilder {
  return new ContextMenuCommandBuilder()
    .setName(name)
    .setType(ApplicationCommandType.Message)
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall)
    .setContexts(InteractionContextType.Guild, InteractionContextType.BotDM);
}

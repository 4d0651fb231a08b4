import type { Routes } from "../discord.ts";
import { accountRoutes } from "./accounts.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { webhookRoutes } from "./webhooks.ts";

/** What is answered, by method and path as Discord's description writes them. */
export const routes: Routes = {
  ...accountRoutes,
  ...channelRoutes,
  ...commandRoutes,
  ...interactionRoutes,
  ...messageRoutes,
  ...webhookRoutes,
};

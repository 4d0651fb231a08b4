import type { Client, MessageCreateOptions } from "discord.js";
import { describeError } from "../../failures.ts";
import { noticeFlag } from "../../messages/index.ts";
import type { Doors } from "./command.ts";

/** Writes to everybody who has the bot in hand; whoever takes no direct messages finds it in the log that they missed one. */
export async function tellAdmins(
  client: Client,
  { rules, log }: Pick<Doors, "rules" | "log">,
  message: MessageCreateOptions,
): Promise<void> {
  for (const id of rules.admins.ids) {
    await client.users
      .send(id, { flags: noticeFlag, ...message })
      .catch((error) => log.warn({ user: id, error: describeError(error) }, "an admin was not reached"));
  }
}

import { UsageError, UserError } from "../../../errors.ts";
import {
  type Application,
  inviteLinks,
  missingToken,
  permissionsAsked,
  readApplication,
} from "../../../serve/index.ts";
import type { Terminal } from "../../../terminal.ts";

interface Invited {
  /** Of the application, where there is no token yet. */
  applicationId: string | undefined;
  token: string | undefined;
  discordApi: string | undefined;
}

/** Prints where the bot is added, what it asks for there, and what is still to be switched on. */
export async function printInvitation(terminal: Terminal, invited: Invited): Promise<void> {
  const application = invited.applicationId === undefined ? await applicationOf(invited) : undefined;
  const id = application?.id ?? checkedId(invited.applicationId ?? "");
  const links = inviteLinks(id);
  const page = `https://discord.com/developers/applications/${id}`;
  const permissions = Object.keys(permissionsAsked);
  terminal.note(`Add it to a server where you may do so:\n  ${links.toServer}`);
  terminal.note(`  It asks for ${permissions.join(", ")}, and for nothing else.`);
  terminal.note(`Add it to your own account, for /ask in any chat:\n  ${links.toAccount}`);
  for (const line of application === undefined ? unknownSettings(page) : settingsOf(application, page))
    terminal.note(line);
  terminal.data({ applicationId: id, ...links, permissions, application });
}

async function applicationOf({ token, discordApi }: Invited): Promise<Application> {
  if (token === undefined || token.trim() === "") throw missingToken({ orGive: "--application-id" });
  const application = await readApplication(token, discordApi);
  if (application !== undefined) return application;
  throw new UserError("Discord cannot be reached to ask for the application's id.", {
    fix: "Copy it from General Information on https://discord.com/developers/applications, and give it with --application-id.",
  });
}

function checkedId(id: string): string {
  if (/^\d{17,20}$/.test(id)) return id;
  throw new UsageError(`--application-id takes an id of 17 to 20 digits, not ${id}.`, {
    fix: "Copy it from General Information on https://discord.com/developers/applications.",
  });
}

function unknownSettings(page: string): string[] {
  return [
    `To let it read what is not addressed to it: ${page}/bot → Privileged Gateway Intents → Message Content Intent.`,
    `To let people use it in any chat: ${page}/installation → User Install.`,
  ];
}

function settingsOf({ isReading, isPublic, installs }: Application, page: string): string[] {
  return [
    isReading
      ? "Its Message Content Intent is on."
      : `Its Message Content Intent is off: it reads only direct messages, mentions and replies with a ping. ${page}/bot → Privileged Gateway Intents switches it on.`,
    ...(installs.toServers
      ? []
      : [`It cannot be added to servers yet: ${page}/installation → Guild Install.`]),
    ...(installs.toAccounts
      ? []
      : [`It cannot be added to accounts yet: ${page}/installation → User Install.`]),
    ...(isPublic
      ? [`Anybody who knows its id can add it to their server: ${page}/bot → Public Bot changes that.`]
      : []),
  ];
}

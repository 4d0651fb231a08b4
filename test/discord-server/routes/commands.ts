import type { APIApplicationCommand } from "discord.js";
import { type Discord, done, ok, type Reply, type Request, type Routes } from "../discord.ts";
import { refusals } from "../errors.ts";
import { ids } from "../world.ts";

type Written = Partial<APIApplicationCommand> & { name: string };

/** How many commands of a kind an application has at most: after a slash, on a person, on a message. */
const most: Record<number, number> = { 1: 100, 2: 15, 3: 15 };

export const commandRoutes: Routes = {
  "GET /applications/{application_id}/commands": list,
  "PUT /applications/{application_id}/commands": replace,
  "POST /applications/{application_id}/commands": create,
  "PATCH /applications/{application_id}/commands/{command_id}": change,
  "DELETE /applications/{application_id}/commands/{command_id}": remove,
  "GET /applications/{application_id}/guilds/{guild_id}/commands": list,
  "PUT /applications/{application_id}/guilds/{guild_id}/commands": replace,
  "POST /applications/{application_id}/guilds/{guild_id}/commands": create,
  "PATCH /applications/{application_id}/guilds/{guild_id}/commands/{command_id}": change,
  "DELETE /applications/{application_id}/guilds/{guild_id}/commands/{command_id}": remove,

  "GET /applications/{application_id}/guilds/{guild_id}/commands/permissions": () => ok([]),
};

/** Discord tells translations only to those who ask for them. */
function list({ parameters, query }: Request, { world }: Discord): Reply {
  const commands = [...world.commands.values()].filter(({ guild_id }) => guild_id === parameters.guild_id);
  if (query.with_localizations === "true") return ok(commands);
  return ok(commands.map(({ name_localizations: _, description_localizations: __, ...command }) => command));
}

function replace({ parameters, body }: Request, discord: Discord): Reply {
  if (discord.settings.refusesCommands) throw refusals.missingAccess();
  const { commands } = discord.world;
  const written: Written[] = body ?? [];
  refuseUnfit(written);
  const made = written.map((command) => commandFrom(discord, command, parameters.guild_id));
  for (const [id, { guild_id }] of commands) if (guild_id === parameters.guild_id) commands.delete(id);
  for (const command of made) commands.set(command.id, command);
  discord.deeds.commands.push(...made.map(({ name }) => name));
  return ok(made);
}

function create({ parameters, body }: Request, discord: Discord): Reply {
  if (discord.settings.refusesCommands) throw refusals.missingAccess();
  const { commands } = discord.world;
  refuseUnfit([body]);
  const command = commandFrom(discord, body, parameters.guild_id);
  const isNew = !commands.has(command.id);
  commands.set(command.id, command);
  discord.deeds.commands.push(command.name);
  return { status: isNew ? 201 : 200, body: command };
}

function change({ parameters, body }: Request, discord: Discord): Reply {
  const command = discord.world.commands.get(parameters.command_id ?? "");
  if (command === undefined) throw refusals.unknownCommand();
  return ok(Object.assign(command, body, { version: discord.world.newId() }));
}

function remove({ parameters }: Request, { world }: Discord): Reply {
  if (!world.commands.delete(parameters.command_id ?? "")) throw refusals.unknownCommand();
  return done;
}

/** A command keeps its id when it is written again under the same name. */
function commandFrom({ world }: Discord, written: Written, guildId?: string): APIApplicationCommand {
  const { type = 1, name } = written;
  const before = [...world.commands.values()].find(
    (command) => command.name === name && command.type === type && command.guild_id === guildId,
  );
  const { default_member_permissions: permissions = null, ...rest } = written;
  return {
    description: "",
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...(guildId === undefined && { dm_permission: true }),
    ...rest,
    default_member_permissions: permissions === null ? null : String(permissions),
    type,
    id: before?.id ?? world.newId(),
    application_id: ids.bot,
    version: world.newId(),
    ...(guildId !== undefined && { guild_id: guildId }),
  } as APIApplicationCommand;
}

function refuseUnfit(commands: Written[]): void {
  for (const type of [1, 2, 3]) {
    const ofType = commands.filter((command) => (command.type ?? 1) === type);
    const names = new Set(ofType.map(({ name }) => name));
    if (names.size < ofType.length || ofType.length > (most[type] ?? 0)) throw refusals.invalidForm();
    if (!ofType.every((command) => (type === 1 ? isFit(command) : !command.description)))
      throw refusals.invalidForm();
  }
}

interface Named {
  name: string;
  description?: string;
  required?: boolean;
  options?: Named[];
}

/** Lower case, described, each option once, and what must be given before what may be. */
function isFit(command: Written): boolean {
  const { name, description = "", options = [] } = command as Named;
  const isNamed = /^[-_'\p{L}\p{N}]{1,32}$/u.test(name) && name === name.toLowerCase();
  const isOrdered = !options.some(
    ({ required }, index) => required && index > 0 && !options[index - 1]?.required,
  );
  const areOnce = new Set(options.map((option) => option.name)).size === options.length;
  return (
    isNamed &&
    description !== "" &&
    isOrdered &&
    areOnce &&
    options.every((option) => isFit(option as Written))
  );
}

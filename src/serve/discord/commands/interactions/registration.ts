import {
  ApplicationCommandType,
  type Client,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from "discord.js";
import type { CommandTable, Doors } from "./command.ts";

/**
 * Tells Discord which commands there are, where it knows others.
 *
 * @returns Whether it had to be told: an application may make 200 a day.
 */
export async function registerCommands(
  client: Client<true>,
  commands: CommandTable,
  { backstage, cast }: Pick<Doors, "backstage" | "cast">,
): Promise<boolean> {
  const route = Routes.applicationCommands(client.application.id);
  const voices = await cast.offers();
  const wanted = Object.values(commands)
    .filter(({ isOffered }) => isOffered?.(backstage, voices) ?? true)
    .map(({ data }) => data);
  const known = (await client.rest.get(route)) as RESTPostAPIApplicationCommandsJSONBody[];
  if (areKnown(wanted, known)) return false;
  await client.rest.put(route, { body: wanted });
  return true;
}

function areKnown(
  wanted: RESTPostAPIApplicationCommandsJSONBody[],
  known: RESTPostAPIApplicationCommandsJSONBody[],
): boolean {
  const byKey = new Map(known.map((command) => [keyOf(command), command]));
  return (
    wanted.length === known.length && wanted.every((command) => isKnown(command, byKey.get(keyOf(command))))
  );
}

function keyOf({
  type = ApplicationCommandType.ChatInput,
  name,
}: RESTPostAPIApplicationCommandsJSONBody): string {
  return `${type} ${name}`;
}

/** Whether Discord has all that is wanted. It adds ids and versions, and leaves out what is empty or false. */
function isKnown(wanted: unknown, known: unknown): boolean {
  if (isNothing(wanted)) return isNothing(known);
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(known) &&
      wanted.length === known.length &&
      wanted.every((each, index) => isKnown(each, known[index]))
    );
  }
  if (typeof wanted !== "object") return wanted === known;
  if (typeof known !== "object" || known === null) return false;
  return Object.entries(wanted as object).every(
    ([field, value]) => field === deprecated || isKnown(value, (known as never)[field]),
  );
}

/** Discord derives it from the contexts. */
const deprecated = "dm_permission";

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0)
  );
}

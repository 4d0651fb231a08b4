import { type Client, Events, type Interaction } from "discord.js";
import { UserError } from "../../../../errors.ts";
import { describeError } from "../../failures.ts";
import type { BotCommand, CommandAnswer, CommandTable, Doors } from "./command.ts";
import { type Answerable, deliver } from "./delivery.ts";
import { offersOf } from "./offers.ts";

/** Answers whatever is typed after a slash, chosen from a menu, pressed or filled in. */
export function serveCommands(client: Client, commands: CommandTable, doors: Doors): void {
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction, commands, doors).catch((error) => logFailure(interaction, error, doors));
  });
}

async function answer(interaction: Interaction, commands: CommandTable, doors: Doors): Promise<void> {
  if (interaction.isAutocomplete()) {
    const names = (await commandOf(interaction, commands)?.complete?.(interaction, doors)) ?? [];
    await interaction.respond(offersOf(names));
  } else if (isAnswerable(interaction)) {
    const slow = { tooSlow: doors.say("tooSlow") };
    const { command, act } = whatIsAsked(interaction, commands, doors);
    const refusal = await refusalFor(interaction, command, doors);
    if (refusal !== undefined) return deliver(interaction, async () => refusal, { isPrivate: true, ...slow });
    const ofCommand = interaction.isCommand() ? command : undefined;
    await deliver(interaction, () => withoutErrors(interaction, act, doors), {
      isPrivate: ofCommand === undefined || ofCommand.isPrivate,
      takesTime: ofCommand?.takesTime,
      ...slow,
    });
  }
}

interface Asked {
  command: BotCommand | undefined;
  act(): Promise<CommandAnswer>;
}

/** The key of a command, and what it wrote behind it. */
const betweenWords = ":";

function whatIsAsked(interaction: Answerable, commands: CommandTable, doors: Doors): Asked {
  if (interaction.isCommand()) {
    const command = commandOf(interaction, commands);
    return { command, act: async () => command?.run(interaction, doors) };
  }
  const [key = "", ...words] = interaction.customId.split(betweenWords);
  const command = Object.hasOwn(commands, key) ? commands[key] : undefined;
  const act = async () =>
    interaction.isModalSubmit()
      ? command?.submit?.(interaction, words, doors)
      : command?.press?.(interaction, words, doors);
  return { command, act };
}

/** Why somebody may not use a command, for them; undefined where they may. */
async function refusalFor(
  interaction: Answerable,
  command: BotCommand | undefined,
  { rules, say }: Doors,
): Promise<string | undefined> {
  const { hasPersonaSpeak = false, isPressedByAll = false } = command ?? {};
  const audience = isPressedByAll && !interaction.isCommand() ? undefined : command?.audience;
  if (audience === "admins" && !rules.isAdmin(interaction.user.id)) return say("ownerOnly");
  if (audience !== undefined) return undefined;
  return hasPersonaSpeak ? rules.refusalToSpeakFor(interaction) : rules.refusalFor(interaction);
}

/** Errors are told in plain words: of what goes wrong on the owner's machine, others hear nothing. */
async function withoutErrors(
  interaction: Answerable,
  act: Asked["act"],
  doors: Doors,
): Promise<CommandAnswer> {
  try {
    const answered = await act();
    // What is pressed in a message may be of another version, or of before a restart.
    return answered === undefined ? doors.say("tooOld") : answered;
  } catch (error) {
    logFailure(interaction, error, doors);
    const isAdmin = doors.rules.isAdmin(interaction.user.id);
    if (error instanceof UserError && isAdmin) return `${error.message}\n${error.fix}`;
    return doors.say("failed");
  }
}

function commandOf(
  { commandName, commandType }: { commandName: string; commandType: number },
  commands: CommandTable,
): BotCommand | undefined {
  return Object.values(commands).find(
    ({ data: { name, type = 1 } }) => name === commandName && type === commandType,
  );
}

function isAnswerable(interaction: Interaction): interaction is Answerable {
  return (
    interaction.isChatInputCommand() ||
    interaction.isMessageContextMenuCommand() ||
    interaction.isMessageComponent() ||
    interaction.isModalSubmit()
  );
}

function logFailure(interaction: Interaction, error: unknown, { log }: Doors): void {
  const asked =
    "commandName" in interaction
      ? interaction.commandName
      : "customId" in interaction
        ? interaction.customId.split(betweenWords)[0]
        : undefined;
  const problem = { command: asked, channel: interaction.channelId, error: describeError(error) };
  // Whoever asked was told what to do.
  if (error instanceof UserError) log.info(problem, "a command could not be obeyed");
  else log.error(problem, "a command was not answered");
}

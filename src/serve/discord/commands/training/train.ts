import type { ChatInputCommandInteraction } from "discord.js";
import { runsNamed } from "../../../../handoffs/index.ts";
import { formatList, formatPlural } from "../../../../terminal.ts";
import { type BotCommand, type CommandAnswer, type Doors, ownersCommand } from "../interactions/index.ts";
import { cardOf } from "./card.ts";
import { watchRun } from "./watch.ts";

/** Training is begun, watched and stopped where the owner happens to be. */
export const train: BotCommand = {
  data: ownersCommand("train", "Train a model, and see how far it is")
    .addSubcommand((command) =>
      command
        .setName("status")
        .setDescription("How far a run is")
        .addStringOption((option) =>
          option.setName("run").setDescription("The newest, unless you say otherwise").setAutocomplete(true),
        ),
    )
    .addSubcommand((command) =>
      command
        .setName("start")
        .setDescription("Queue a run, with what persona.json says unless you say otherwise")
        .addStringOption((option) =>
          option
            .setName("base")
            .setDescription("The model to start from, such as gpt2-large")
            .setMaxLength(200),
        )
        .addNumberOption((option) =>
          option
            .setName("epochs")
            .setDescription("How often it sees everything")
            .setMinValue(0.1)
            .setMaxValue(100),
        ),
    )
    .addSubcommand((command) =>
      command
        .setName("cancel")
        .setDescription("Save and stop a run; persona runs resume continues it")
        .addStringOption((option) =>
          option.setName("run").setDescription("Which").setRequired(true).setAutocomplete(true),
        ),
    )
    .toJSON(),
  audience: "admins",
  isPrivate: true,
  takesTime: true,
  isOffered: ({ training }) => training !== undefined,
  async run(interaction, doors) {
    if (!interaction.isChatInputCommand()) return undefined;
    const { options } = interaction;
    const part = options.getSubcommand();
    if (part === "start") return start(interaction, doors);
    if (part === "cancel") return cancel(options.getString("run", true), doors);
    return status(options.getString("run") ?? undefined, doors);
  },
  async complete({ options, user }, { rules, backstage: { training } }) {
    if (!rules.isAdmin(user.id)) return [];
    const typed = options.getFocused();
    const isToCancel = options.getSubcommand() === "cancel";
    const runs = (await training?.runs()) ?? [];
    return runs.filter((run) => run.id.startsWith(typed) && (run.isOpen || !isToCancel)).map(({ id }) => id);
  },
  async press(_, [word, id = ""], doors) {
    if (word === "cancel") return cancel(id, doors);
    const run = await find(id, doors);
    return run && { update: cardOf(run) };
  },
};

async function start(interaction: ChatInputCommandInteraction, doors: Doors): Promise<CommandAnswer> {
  const { options, channelId, client } = interaction;
  const base = options.getString("base");
  const epochs = options.getNumber("epochs");
  const id = await doors.backstage.training?.start({
    ...(base !== null && { base }),
    ...(epochs !== null && { epochs }),
  });
  if (id === undefined) return undefined;
  const run = await find(id, doors);
  if (run === undefined || !run.isOpen) return run && cardOf(run);
  await doors.people.awaitRun(id, channelId);
  watchRun(id, channelId, client, doors);
  return cardOf(run);
}

async function cancel(id: string, { backstage: { training } }: Doors): Promise<CommandAnswer> {
  if (training === undefined) return undefined;
  await training.cancel(id);
  return `Run ${id} saves and stops. persona runs resume ${id} continues it.`;
}

async function status(id: string | undefined, doors: Doors): Promise<CommandAnswer> {
  const named = await idsOf(id, doors);
  if (id !== undefined && named.length > 1) {
    const some = named.slice(0, mostListed);
    const others = named.length > some.length ? [formatPlural(named.length - some.length, "other")] : [];
    return `Several runs start with ${id}: ${formatList([...some, ...others])}. Give me more of the id that you mean.`;
  }
  const run = await show(named, doors);
  return run === undefined ? "There is no such run." : cardOf(run);
}

const mostListed = 20;

async function find(id: string, doors: Doors) {
  return show(await idsOf(id, doors), doors);
}

/** The newest of so many. */
async function show([newest]: string[], { backstage: { training } }: Doors) {
  return newest === undefined ? undefined : training?.show(newest);
}

/** The runs whose ids begin so; all of them where none is named. */
async function idsOf(id: string | undefined, { backstage: { training } }: Doors): Promise<string[]> {
  const ids = ((await training?.runs()) ?? []).map((run) => run.id);
  return id === undefined ? ids : runsNamed(id, ids, (each) => each);
}

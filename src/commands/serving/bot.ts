import type { Command } from "commander";
import { pino } from "pino";
import {
  addFlags,
  type Chosen,
  discordChoices,
  replyChoices,
  servedRun,
  type Table,
  withDefaults,
} from "../../choices/index.ts";
import { didYouMean } from "../../closest-names.ts";
import { runToServe } from "../../handoffs/index.ts";
import { printable } from "../../printable.ts";
import {
  type BotOptions,
  channelMatcher,
  describeNote,
  keepMemories,
  missingToken,
  type Persona,
  type Place,
  StateFile,
  startBot,
} from "../../serve/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../command.ts";
import { backstageOf } from "./backstage/backstage.ts";
import { printInvitation } from "./bot/invite.ts";
import { followConfig } from "./bot/live-config.ts";
import { BotPresence } from "./bot-presence.ts";
import { confirmIfLeaking, refuseIfLeaking } from "./leaking.ts";
import { chosenModel, modelChoices, serveModel } from "./open-model.ts";
import { serveRunAndChoices } from "./open-run.ts";
import { furtherVoices } from "./voices.ts";

const examples = `
Examples:
  persona bot
  persona bot --invite
  persona bot --run 3f2a --channels "persona-*" "talk-to-ana"
  persona bot --model Qwen/Qwen2.5-0.5B-Instruct-GGUF --quantization Q8_0

The token comes from DISCORD_TOKEN, or from a file named .env. docs/discord.md says where to get one.`;

const botChoices = {
  run: servedRun,
  ...discordChoices,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  whileTraining: replyChoices.whileTraining,
  patience: replyChoices.patience,
  talkativeness: replyChoices.talkativeness,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
  ...modelChoices,
  discordApi: {
    text: {},
    value: "url",
    help: "address of another REST API that speaks Discord's protocol",
  },
} as const satisfies Table;

/** Friends who write at the same time; where memory is short, there are fewer, and it is said. */
const conversationsAtOnce = 8;

export function registerBot(command: Command): void {
  addFlags(command, botChoices)
    .option("--invite", "print the links by which it is added to servers and accounts, and end")
    .option("--application-id <id>", "whose links to print, where there is no token yet")
    .option("--yes", "serve the run even if it was found to leak, without asking")
    .addHelpText("after", examples)
    .action(async (flags: Flags, command: Command) => {
      const context = await openContext(command);
      if (flags.invite === true || flags.applicationId !== undefined)
        return await printInvitation(context.terminal, {
          applicationId: flags.applicationId,
          discordApi: flags.discordApi,
          token: process.env.DISCORD_TOKEN,
        });
      const model = chosenModel(context, flags);
      if (model === undefined) await beARun(context, flags, interruptSignal());
      else await beAModel(context, model, flags, interruptSignal());
    });
}

interface Flags extends Chosen<typeof botChoices> {
  yes?: boolean;
  invite?: boolean;
  applicationId?: string;
}

async function beARun(context: CommandContext, flags: Flags, stopped: AbortSignal): Promise<void> {
  const run = await runToServe(context.workspace, flags.run, context.passedOver);
  mustHaveToken();
  await confirmIfLeaking(context, run, flags.yes ?? false);
  let opening: Promise<BotPresence> | undefined;
  const serving = await serveRunAndChoices(context, run, {
    flags: howToReply(flags),
    conversations: conversationsAtOnce,
    isNamed: flags.run !== undefined,
    async admit(other) {
      await refuseIfLeaking(context, other, flags.yes ?? false);
      const presence = await opening;
      return (await presence?.prepareFor(other)) ?? (() => {});
    },
  });
  try {
    opening = BotPresence.open(context, serving.run, serving, { signal: stopped });
    const presence = await opening;
    const backstage = backstageOf(context, serving, presence);
    const { persona } = serving;
    await beOnDiscord(context, { persona, presence, backstage, stopped }, flags).finally(() =>
      presence.close(),
    );
  } finally {
    await serving.close();
  }
}

async function beAModel(
  context: CommandContext,
  model: string,
  flags: Flags,
  stopped: AbortSignal,
): Promise<void> {
  mustHaveToken();
  const { workspace, passedOver } = context;
  const asked = { flags: howToReply(flags), conversations: conversationsAtOnce };
  const { persona, settings, manners, close } = await serveModel(context, model, asked);
  try {
    const { keepDays } = settings;
    const folder = workspace.conversations;
    const memories = await keepMemories({ persona: persona.name, folder, keepDays, passedOver });
    const friendOf = (id: string) => context.config.friends[id];
    const presence = { memories, manners, friendOf, readFriendsAgain: async () => {} };
    await beOnDiscord(context, { persona, presence, stopped }, flags).finally(() => memories.close());
  } finally {
    await close();
  }
}

/** Nobody waits for a model to learn that there is no token. */
function mustHaveToken(): void {
  if (!process.env.DISCORD_TOKEN?.trim()) throw missingToken();
}

/** What was typed of how replies are drawn, in other words: all but what Discord's own choices are. */
function howToReply(flags: Flags): Chosen<typeof replyChoices> {
  const { guard, gpu, whileTraining, patience, talkativeness, server, serverModel } = flags;
  const { model, quantization, format, systemPrompt } = flags;
  const ofModel = { model, quantization, format, systemPrompt };
  return { guard, gpu, whileTraining, patience, talkativeness, server, serverModel, ...ofModel };
}

interface Part {
  persona: Persona;
  presence: Pick<BotPresence, "memories" | "manners" | "friendOf" | "readFriendsAgain">;
  /** Absent for a model that no run has made. */
  backstage?: BotOptions["backstage"];
  stopped: AbortSignal;
}

/** Answers until somebody stops it, or Discord closes the connection for good. */
async function beOnDiscord(
  context: CommandContext,
  { persona, presence, backstage, stopped }: Part,
  flags: Flags,
): Promise<void> {
  const { terminal, workspace, passedOver } = context;
  const read = () => withDefaults(discordChoices, flags, context.config.discord);
  let settings = read();
  const voices = furtherVoices(context, {
    settings: () => settings,
    flags: howToReply(flags),
    mayLeak: flags.yes ?? false,
    memories: presence.memories,
  });
  const bot = await startBot({
    persona,
    memories: presence.memories,
    manners: () => presence.manners,
    token: process.env.DISCORD_TOKEN,
    settings: () => settings,
    voices,
    state: new StateFile(workspace.discordFile, passedOver),
    friendOf: (id) => presence.friendOf(id),
    ...(backstage && { backstage }),
    discordApi: flags.discordApi,
    log: pino({ base: null }, pino.destination(2)),
    signal: stopped,
  }).catch((error) => {
    // Whoever stops it while it logs in has what they want.
    if (stopped.aborted) return undefined;
    throw error;
  });
  if (bot === undefined) return;
  const following = followConfig(context, async () => {
    settings = read();
    await presence.readFriendsAgain();
    await voices.readFriendsAgain();
  });
  const named = [...settings.channels, ...Object.keys(settings.modes)];
  for (const problem of problemsWithChannels(named, bot.places)) terminal.warn(problem);
  const note = await persona.note();
  if (note !== undefined) terminal.note(`Note: ${printable(describeNote(note), 300)}`);
  terminal.note(`${bot.name} is on Discord as ${persona.name} (${persona.about}). Ctrl-C ends it.`);
  const aborted = new Promise<undefined>((resolve) => {
    if (stopped.aborted) resolve(undefined);
    stopped.addEventListener("abort", () => resolve(undefined));
  });
  const failure = await Promise.race([aborted, bot.closed]);
  following.stop();
  await bot.close();
  if (failure !== undefined) throw failure;
}

/** Whoever has no channel of the default's name wants none. */
export function problemsWithChannels(asked: string[], places: Place[]): string[] {
  if (places.length === 0)
    return [
      "The bot is in no server yet, and hears direct messages alone: persona bot --invite prints the link.",
    ];
  return asked
    .filter(
      (pattern) => pattern !== "*" && !discordChoices.channels.default.some((usual) => usual === pattern),
    )
    .filter((pattern) => !places.some(channelMatcher([pattern])))
    .map((pattern) => {
      const offer = didYouMean(
        pattern.replace(/^#/, ""),
        places.map(({ name }) => name),
      );
      return `channels: the bot sees no channel "${pattern}". ${offer ?? "Let it see that channel."}`;
    });
}

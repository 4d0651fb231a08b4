import type { Command } from "commander";
import {
  addFlags,
  type Chosen,
  discordChoices,
  replyChoices,
  servedRun,
  type Table,
  typedOf,
  withDefaults,
} from "../../choices/index.ts";
import { runToServe } from "../../handoffs/index.ts";
import {
  type BotOptions,
  keepMemories,
  missingToken,
  type Persona,
  StateFile,
  startBot,
} from "../../serve/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../command.ts";
import { backstageOf } from "./backstage/backstage.ts";
import { printInvitation } from "./bot/invite.ts";
import { followConfig } from "./bot/live-config.ts";
import { openLog } from "./bot/log.ts";
import { problemsWithChannels, welcome } from "./bot/welcome.ts";
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

/** How whoever answers replies. */
const replyingChoices = {
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  whileTraining: replyChoices.whileTraining,
  patience: replyChoices.patience,
  talkativeness: replyChoices.talkativeness,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
  ...modelChoices,
} as const satisfies Table;

const botChoices = {
  run: servedRun,
  ...discordChoices,
  ...replyingChoices,
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
    flags: typedOf(replyingChoices, flags),
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
  const asked = { flags: typedOf(replyingChoices, flags), conversations: conversationsAtOnce };
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
    flags: typedOf(replyingChoices, flags),
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
    log: openLog(terminal),
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
    await voices.readAgain();
    await bot.takeUpSettings();
  });
  const named = [...settings.channels, ...Object.keys(settings.modes)];
  for (const problem of problemsWithChannels(named, bot.places)) terminal.warn(problem);
  const note = await persona.note();
  for (const line of welcome({ persona, bot, note, settings })) terminal.note(line);
  const aborted = new Promise<undefined>((resolve) => {
    if (stopped.aborted) resolve(undefined);
    stopped.addEventListener("abort", () => resolve(undefined));
  });
  const failure = await Promise.race([aborted, bot.closed]);
  following.stop();
  await bot.close();
  if (failure !== undefined) throw failure;
}

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
import { type RunRecord, runToServe } from "../../handoffs/index.ts";
import { printable } from "../../printable.ts";
import {
  channelMatcher,
  describeNote,
  type Manners,
  type Memories,
  mannersOf,
  type Persona,
  type Place,
  personaOfRun,
  type ReplySettings,
  startBot,
} from "../../serve/index.ts";
import { type CommandContext, interruptSignal, openContext } from "../command.ts";
import { confirmIfLeaking, refuseIfLeaking } from "./leaking.ts";
import { masksFor } from "./masks.ts";
import { memoriesFor } from "./memories.ts";
import { serveRunAndChoices } from "./open-run.ts";
import { friendsOf, speakersOf } from "./speakers.ts";

const examples = `
Examples:
  persona bot
  persona bot --run 3f2a --channels "persona-*" "talk-to-ana"

The token comes from DISCORD_TOKEN, or from a file named .env. docs/discord.md says where to get one.`;

const botChoices = {
  run: servedRun,
  ...discordChoices,
  guard: replyChoices.guard,
  gpu: replyChoices.gpu,
  patience: replyChoices.patience,
  talkativeness: replyChoices.talkativeness,
  server: replyChoices.server,
  serverModel: replyChoices.serverModel,
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
    .option("--yes", "serve the run even if it was found to leak, without asking")
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof botChoices> & { yes?: boolean }, command: Command) => {
      const context = await openContext(command);
      const { terminal, workspace, config, passedOver } = context;
      const stopped = interruptSignal();
      const run = await runToServe(workspace, flags.run, passedOver);
      await confirmIfLeaking(context, run, flags.yes ?? false);
      let friends = await friendsFor(context, run);
      let memories: Memories | undefined;
      const { channels } = withDefaults(discordChoices, flags, config.discord);
      const { guard, gpu, patience, talkativeness, server, serverModel } = flags;
      const { persona, settings, close } = await serveRunAndChoices(context, run, {
        flags: { guard, gpu, patience, talkativeness, server, serverModel },
        conversations: conversationsAtOnce,
        isNamed: flags.run !== undefined,
        async admit(other) {
          await refuseIfLeaking(context, other, flags.yes ?? false);
          const itsFriends = await friendsFor(context, other);
          const itsMask = await masksFor(context, other, await personaOfRun(workspace, other));
          return () => {
            friends = itsFriends;
            memories?.maskWith(itsMask);
            mannersFor(context, other, persona, settings).then(
              (itsManners) => {
                manners = itsManners;
              },
              (error: unknown) => terminal.warn(`It keeps the times of the run before: ${error}`),
            );
          };
        },
      });
      let manners = await mannersFor(context, run, persona, settings);
      memories = await memoriesFor(context, run, await personaOfRun(workspace, run), settings);
      try {
        const bot = await startBot({
          persona,
          memories,
          manners: () => manners,
          token: process.env.DISCORD_TOKEN,
          channels,
          friendOf: (id) => friends[id],
          discordApi: flags.discordApi,
          log: pino({ base: null }, pino.destination(2)),
        });
        for (const problem of problemsWithChannels(channels, bot.places)) terminal.warn(problem);
        const note = await persona.note();
        if (note !== undefined) terminal.note(`Note: ${printable(describeNote(note), 300)}`);
        terminal.note(`${bot.name} is on Discord as ${persona.name} (${persona.about}). Ctrl-C ends it.`);
        const aborted = new Promise<undefined>((resolve) => {
          if (stopped.aborted) resolve(undefined);
          stopped.addEventListener("abort", () => resolve(undefined));
        });
        const failure = await Promise.race([aborted, bot.closed]);
        await bot.close();
        if (failure !== undefined) throw failure;
      } finally {
        await memories.close();
        await close();
      }
    });
}

/** When a run's persona speaks, and how long it takes; said in two lines. */
async function mannersFor(
  { workspace, terminal, passedOver }: CommandContext,
  run: RunRecord,
  persona: Persona,
  { patience, talkativeness }: ReplySettings,
): Promise<Manners> {
  const manners = await mannersOf(workspace, run, {
    patience,
    talkativeness,
    chanceOfSpeaking: (turns) => persona.chanceOfSpeaking(turns, { conversation: "held-out turns" }),
    onLearning: (moments) =>
      terminal.note(`Learning from ${moments} held-out turns when it speaks in groups, once …`),
    passedOver,
  });
  persona.forget("held-out turns");
  terminal.note(`Its times are those of ${manners.timing.about}, at patience ${patience}.`);
  terminal.note(manners.silence.about);
  return manners;
}

/** What a run calls the friends that `persona.json` names. */
async function friendsFor({ workspace, config, terminal }: CommandContext, run: RunRecord) {
  const speakers = await speakersOf(workspace, run, await personaOfRun(workspace, run));
  return friendsOf(config.friends, speakers, terminal.warn);
}

/** Whoever has no channel of the default's name wants none. */
export function problemsWithChannels(asked: string[], places: Place[]): string[] {
  return asked
    .filter((pattern) => !discordChoices.channels.default.some((usual) => usual === pattern))
    .filter((pattern) => !places.some(channelMatcher([pattern])))
    .map((pattern) => {
      const offer = didYouMean(
        pattern.replace(/^#/, ""),
        places.map(({ name }) => name),
      );
      const advice = places.length === 0 ? "Invite it to a server first." : "Let it see that channel.";
      return `channels: the bot sees no channel "${pattern}". ${offer ?? advice}`;
    });
}

import type { Command } from "commander";
import { pino } from "pino";
import {
  addFlags,
  type Chosen,
  discordChoices,
  servedRun,
  type Table,
  withDefaults,
} from "../choices/index.ts";
import { runToServe } from "../handoffs/index.ts";
import { openPersona, personaOfRun, startBot } from "../serve/index.ts";
import { interruptSignal, openContext } from "./command.ts";

const examples = `
Examples:
  persona bot
  persona bot --run 3f2a --channels "persona-*" "talk-to-ana"

The token comes from DISCORD_TOKEN, or from a file named .env. docs/discord.md says where to get one.`;

const botChoices = {
  run: servedRun,
  ...discordChoices,
  discordApi: {
    text: {},
    value: "url",
    help: "address of another REST API that speaks Discord's protocol",
  },
} as const satisfies Table;

export function registerBot(command: Command): void {
  addFlags(command, botChoices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof botChoices>, command: Command) => {
      const { terminal, workspace, config, passedOver } = await openContext(command);
      const stopped = interruptSignal();
      const persona = await openPersona(
        await personaOfRun(workspace, await runToServe(workspace, flags.run, passedOver)),
        config.reply,
      );
      try {
        const bot = await startBot({
          persona,
          token: process.env.DISCORD_TOKEN,
          ...withDefaults(discordChoices, flags, config.discord),
          friends: config.friends,
          discordApi: flags.discordApi,
          log: pino({ base: null }, pino.destination(2)),
        });
        terminal.note(`${bot.name} is on Discord as ${persona.name} (${persona.about}). Ctrl-C ends it.`);
        const aborted = new Promise<undefined>((resolve) => {
          if (stopped.aborted) resolve(undefined);
          stopped.addEventListener("abort", () => resolve(undefined));
        });
        const failure = await Promise.race([aborted, bot.closed]);
        await bot.close();
        if (failure !== undefined) throw failure;
      } finally {
        await persona.close();
      }
    });
}

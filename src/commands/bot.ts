import type { Command } from "commander";
import { pino } from "pino";
import { runToServe } from "../handoffs/index.ts";
import { openPersona, personaOfRun, startBot } from "../serve/index.ts";
import { interruptSignal, openContext, warnOnce } from "./command.ts";

const examples = `
Examples:
  persona bot
  persona bot --run 3f2a --channels "persona-*" "talk-to-ana"

The token comes from DISCORD_TOKEN, or from a file named .env. docs/discord.md says where to get one.`;

interface BotFlags {
  run?: string;
  channels?: string[];
  discordApi?: string;
}

export function registerBot(command: Command): void {
  command
    .option("--run <run>", "another run than the one in use")
    .option("--channels <names...>", "channels in which it answers everything; * stands for any characters")
    .option("--discord-api <url>", "address of another REST API that speaks Discord's protocol")
    .addHelpText("after", examples)
    .action(async (flags: BotFlags, command: Command) => {
      const { terminal, workspace, config } = await openContext(command);
      const stopped = interruptSignal();
      const persona = await openPersona(
        await personaOfRun(workspace, await runToServe(workspace, flags.run, warnOnce(terminal))),
        config.reply,
      );
      try {
        const bot = await startBot({
          persona,
          token: process.env.DISCORD_TOKEN,
          channels: flags.channels ?? config.discord.channels,
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

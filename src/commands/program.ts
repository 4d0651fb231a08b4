import { createRequire } from "node:module";
import { Command } from "commander";
import { registerBot } from "./bot.ts";
import { registerChat } from "./chat.ts";
import { registerDemo } from "./demo.ts";
import { registerDoctor } from "./doctor.ts";
import { registerImport } from "./import.ts";
import { registerMessages } from "./messages.ts";
import { registerPrepare } from "./prepare.ts";
import { registerRuns } from "./runs.ts";
import { registerTrain } from "./train.ts";
import { registerWorker } from "./worker.ts";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Builds the command line; nothing runs until it is parsed. */
export function createProgram(): Command {
  const program = new Command("persona")
    .description("Turn the messages you wrote into a model that writes like you.")
    .version(version)
    .option("--data <dir>", "where everything lies (default: PERSONA_DATA, else ./data)")
    .option("--config <file>", "choices to read", "persona.json")
    .option("--json", "print JSON on stdout; everything for people goes to stderr")
    .showHelpAfterError("Run with --help to see what it understands.")
    .exitOverride();

  const stages = [
    registerImport,
    registerMessages,
    registerPrepare,
    registerTrain,
    registerWorker,
    registerRuns,
  ];
  const doors = [registerChat, registerBot, registerDoctor, registerDemo];
  for (const register of [...stages, ...doors]) register(program);
  return program;
}

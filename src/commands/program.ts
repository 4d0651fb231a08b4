import { readFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { projectRoot } from "../project.ts";

const { version } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as {
  version: string;
};

type Register = (program: Command) => void;

/** In the order of the help: the stages, then the doors. */
const commands: Record<string, () => Promise<Register>> = {
  import: async () => (await import("./import.ts")).registerImport,
  messages: async () => (await import("./messages.ts")).registerMessages,
  forget: async () => (await import("./forget.ts")).registerForget,
  prepare: async () => (await import("./prepare.ts")).registerPrepare,
  train: async () => (await import("./train.ts")).registerTrain,
  worker: async () => (await import("./worker.ts")).registerWorker,
  runs: async () => (await import("./runs.ts")).registerRuns,
  chat: async () => (await import("./chat.ts")).registerChat,
  bot: async () => (await import("./bot.ts")).registerBot,
  doctor: async () => (await import("./doctor.ts")).registerDoctor,
  bench: async () => (await import("./bench.ts")).registerBench,
  demo: async () => (await import("./demo.ts")).registerDemo,
};

/**
 * Builds the command line; nothing runs until it is parsed.
 *
 * Only commands whose name is among `words` are loaded (all, when none is): together they take a second and 100 MB.
 */
export async function createProgram(words: string[] = []): Promise<Command> {
  const program = new Command("persona")
    .description("Turn the messages you wrote into a model that writes like you.")
    .version(version)
    .option("--data <dir>", "where everything lies (default: PERSONA_DATA, else ./data)")
    .option("--config <file>", "choices to read", "persona.json")
    .option("--json", "print JSON on stdout; everything for people goes to stderr")
    .showHelpAfterError("Run with --help to see what it understands.")
    .exitOverride();

  const named = Object.keys(commands).filter((name) => words.includes(name));
  for (const name of named.length > 0 ? named : Object.keys(commands)) {
    const register = await commands[name]?.();
    register?.(program);
  }
  return program;
}

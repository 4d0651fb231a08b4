import { Command } from "commander";
import { emptyValue, isBlank } from "../choices/index.ts";
import { version } from "../project.ts";

interface CommandEntry {
  description: string;
  /** Gives the function that adds arguments, options and action. */
  load(): Promise<(command: Command) => void>;
}

/** In the order of the help: the stages, then the doors. */
const commands: Record<string, CommandEntry> = {
  import: {
    description: "bring message exports (zips or folders, several at once) into the message store",
    load: async () => (await import("./import/import.ts")).registerImport,
  },
  messages: {
    description: "show what is in the store: threads, people, spans; --json prints every message",
    load: async () => (await import("./messages.ts")).registerMessages,
  },
  forget: {
    description: "erase a person from the store, and keep later imports from bringing them back",
    load: async () => (await import("./forget/forget.ts")).registerForget,
  },
  prepare: {
    description: "turn the message store into shards: conversations as tokens, with what to learn marked",
    load: async () => (await import("./prepare.ts")).registerPrepare,
  },
  train: {
    description: "prepare what is stale, queue a run and follow it; a worker starts by itself",
    load: async () => (await import("./train/train.ts")).registerTrain,
  },
  worker: {
    description: "take runs from the queue and train them on this machine, one per GPU",
    load: async () => (await import("./worker.ts")).registerWorker,
  },
  runs: {
    description: "list the runs; show, follow, stop, resume them, and choose the one that answers",
    load: async () => (await import("./runs/runs.ts")).registerRuns,
  },
  eval: {
    description: "measure whether a run sounds like the person, and whether it tells their secrets",
    load: async () => (await import("./eval/eval.ts")).registerEval,
  },
  chat: {
    description: "talk to the persona here; without a terminal, it answers each line of stdin",
    load: async () => (await import("./serving/chat/chat.ts")).registerChat,
  },
  bot: {
    description:
      "let friends talk to the persona on Discord: in DMs, by mentioning it, in persona-* channels",
    load: async () => (await import("./serving/bot.ts")).registerBot,
  },
  serve: {
    description: "let programs talk to the persona over HTTP, as they do with OpenAI's API",
    load: async () => (await import("./serving/programs/serve.ts")).registerServe,
  },
  mcp: {
    description: "let other models ask the persona, as a tool of theirs (MCP on stdin and stdout)",
    load: async () => (await import("./serving/programs/mcp.ts")).registerMcp,
  },
  note: {
    description: "say what you are up to, such as a journey: the persona knows of it while it holds",
    load: async () => (await import("./serving/note.ts")).registerNote,
  },
  doctor: {
    description: "check what is installed, what is missing, and what to do about it",
    load: async () => (await import("./doctor/doctor.ts")).registerDoctor,
  },
  bench: {
    description: "measure the speed of each stage beside what you would use instead",
    load: async () => (await import("./bench.ts")).registerBench,
  },
  demo: {
    description: "run the whole pipeline on real sample conversations: no data, GPU or account needed",
    load: async () => (await import("./demo/demo.ts")).registerDemo,
  },
};

export const commandNames = Object.keys(commands);

/**
 * Builds the command line; nothing runs until it is parsed.
 *
 * Only commands whose name is among `words` are loaded: all of them together take a second and 100 MB.
 */
export async function createProgram(words: string[] = []): Promise<Command> {
  const program = new Command("persona")
    .description("Turn the messages you wrote into a model that writes like you.")
    .version(version)
    .option("--data <dir>", "where everything lies (default: PERSONA_DATA, else ./data)")
    .option("--config <file>", "choices to read", "persona.json")
    .option("--json", "print JSON on stdout; everything for people goes to stderr")
    .hook("preAction", (_, command) => refuseEmpty(command))
    .showHelpAfterError("Run with --help to see what it understands.")
    .exitOverride();
  // Commands that are not loaded have no arguments to show yet.
  const help = program.createHelp();
  const subcommandTerm = (command: Command) =>
    command.parent === program ? command.name() : help.subcommandTerm(command);
  program.configureHelp({ subcommandTerm });

  for (const [name, { description, load }] of Object.entries(commands)) {
    const command = program.command(name).description(description);
    if (words.includes(name)) (await load())(command);
  }
  return program;
}

/** Flags of a command's own are refused as they are read. */
function refuseEmpty(command: Command): void {
  const { data, config } = command.optsWithGlobals<{ data?: string; config: string }>();
  if (data !== undefined && isBlank(data)) throw emptyValue("--data");
  if (isBlank(config)) throw emptyValue("--config");
  for (const [index, argument] of command.registeredArguments.entries()) {
    const given = [command.processedArgs[index] ?? []].flat() as string[];
    if (given.some(isBlank)) throw emptyValue(`A ${argument.name()} given to persona ${nameOf(command)}`);
  }
}

/** `runs show`. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name();
}

import { lstat, stat } from "node:fs/promises";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { type Command, CommanderError } from "commander";
import { type Config, loadConfig } from "../config.ts";
import { onceEach, type PassedOver, UsageError, UserError } from "../errors.ts";
import { printableLines } from "../printable.ts";
import { shellWord } from "../shell-word.ts";
import { canRedraw, clearedLine, openTerminal, type Terminal } from "../terminal.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { explainFileError } from "./file-errors.ts";

/** What every command gets beside its own flags. */
export interface CommandContext {
  terminal: Terminal;
  workspace: Workspace;
  /** As `persona.json` says it; a bot reads that again when it changes. */
  config: Config;
  configFile: string;
  /** Warns of what is damaged and passed over, each thing once. */
  passedOver: PassedOver;
}

/** Resolves the options that all commands share: `--data`, `--config`, `--json`. */
export async function openContext(command: Command): Promise<CommandContext> {
  const { data, config, json } = command.optsWithGlobals<{ data?: string; config: string; json?: boolean }>();
  const isNamed = command.getOptionValueSourceWithGlobals("config") === "cli";
  const workspace = openWorkspace(data ?? usualFolder());
  await requireFolder(workspace.root);
  const terminal = openTerminal({ json: json ?? false });
  const configFile = path.resolve(config);
  return {
    terminal,
    workspace,
    passedOver: onceEach(({ message, fix }) => terminal.warn(`${message}\n  Fix: ${fix}`)),
    config: await loadConfig(configFile, { mustExist: isNamed }),
    configFile,
  };
}

/** A command to paste, for the folder that this one worked in. */
export function commandLine({ root }: Workspace, words: string[]): string {
  const isUsual = root === openWorkspace(usualFolder()).root;
  return ["persona", ...(isUsual ? [] : ["--data", root]), ...words].map(shellWord).join(" ");
}

/** An empty name means none: it would be the folder that somebody happens to be in, which git does not ignore. */
function usualFolder(): string {
  return process.env.PERSONA_DATA || "data";
}

/** A server of one's own for the queue; an empty address means none, as in containers where it is not set. */
export function redisUrl(): string | undefined {
  return process.env.REDIS_URL || undefined;
}

async function requireFolder(root: string): Promise<void> {
  const found = await lstat(root).catch(() => undefined);
  const target = await stat(root).catch(() => undefined);
  if (found === undefined || target?.isDirectory()) return;
  if (target === undefined) {
    throw new UserError(`${root} is a link whose target is missing.`, {
      fix: "Connect the disk it points to, or choose another folder with --data DIR.",
    });
  }
  throw new UsageError(`${root} is a file, not a folder.`, {
    fix: "Choose a folder for everything with --data DIR or PERSONA_DATA.",
  });
}

/**
 * Shows an error the way its kind asks for: two lines for what the user can mend, one for what the user did, the stack
 * for a bug.
 */
export function reportError(error: unknown): void {
  if (canRedraw(process.stderr, process.env)) process.stderr.write(clearedLine);
  process.stderr.write(`${describe(explainFileError(error) ?? error)}\n`);
}

function describe(error: unknown): string {
  if (error instanceof UserError) return printableLines(`Error: ${error.message}\n  Fix: ${error.fix}`);
  if (isInterruption(error)) return "Interrupted.";
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  if (isInterruption(error)) return 130;
  return 1;
}

/**
 * Has V8 optimise smaller pieces of code, in the main thread and all worker threads, for commands that work for seconds.
 *
 * Optimising takes a fifth of a short import's time. With less inlining an import of 60 MB takes 6 % less in all, one of
 * 500 MB in two of them (each optimises for itself) 8 %, preparing 60 MB 10 %; long work in one takes the same.
 */
export function compileLess(): void {
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=200");
}

/** An abort signal that Ctrl-C and SIGTERM raise; a second Ctrl-C ends the process at once. */
export function interruptSignal(): AbortSignal {
  return hearInterrupts().signal;
}

/** The same for one step of a command: once it is over, the next step decides what Ctrl-C means. */
export async function interruptible<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, unhear } = hearInterrupts();
  try {
    const result = await step(signal);
    signal.throwIfAborted();
    return result;
  } finally {
    unhear();
  }
}

function hearInterrupts(): { signal: AbortSignal; unhear(): void } {
  const controller = new AbortController();
  const hear = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, hear);
  return {
    signal: controller.signal,
    unhear() {
      for (const name of names) process.off(name, hear);
    },
  };
}

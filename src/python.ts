import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { ExecaError, execa } from "execa";
import { UserError } from "./errors.ts";
import { projectRoot } from "./project.ts";
import { writeFileAtomically } from "./workspace.ts";

const environment = path.join(projectRoot, ".venv");
const requirements = path.join(projectRoot, "scripts", "requirements.txt");
const installedMark = path.join(environment, ".persona-requirements");
const oldestPython = [3, 11] as const;

/** The interpreter of the environment, whether or not it exists yet. */
export const pythonPath = path.join(environment, "bin", "python");

/** True when the environment holds what `scripts/requirements.txt` asks for. */
export async function isPythonReady(): Promise<boolean> {
  if (!existsSync(pythonPath) || !existsSync(installedMark)) return false;
  return (await readFile(installedMark, "utf8")) === (await requirementsHash());
}

/**
 * Makes the Python environment on first need, and again when the requirements change.
 *
 * `note` is told what happens, a line at a time. Nothing outside `.venv` is touched.
 */
export async function ensurePython(note: (line: string) => void): Promise<void> {
  if (await isPythonReady()) return;

  const python = await findPython();
  note(
    "Making the Python environment in .venv: about 0.35 GB to download and 1.5 GB on disk with CPU-only torch, several times that with CUDA.",
  );
  note("For an AMD GPU, or to choose CUDA yourself, see the head of scripts/requirements.txt.");
  await rm(installedMark, { force: true });
  if (!existsSync(pythonPath)) await makeEnvironment(python);
  await installRequirements(note);
  await writeFileAtomically(installedMark, await requirementsHash());
}

/** Installs packages that only some commands need, without what they depend on; done once. */
export async function ensurePackages(packages: string[], note: (line: string) => void): Promise<void> {
  const shown = await execa(
    pythonPath,
    ["-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check"],
    { reject: false },
  );
  const known = new Set(shown.stdout.toLowerCase().split("\n"));
  const missing = packages.filter((name) => !known.has(name.toLowerCase()));
  if (missing.length === 0) return;

  note(`Installing ${missing.join(" and ")} into .venv …`);
  const { failed, stderr } = await execa(
    pythonPath,
    ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", ...missing],
    { reject: false },
  );
  if (!failed) return;
  throw new UserError(`pip could not install ${missing.join(" ")}: ${lastLine(stderr)}`, {
    fix: "Check the network and the free disk, then run this again.",
  });
}

async function requirementsHash(): Promise<string> {
  return createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
}

/** A `python3` on the PATH that is new enough. */
export async function findPython(): Promise<string> {
  const seen: string[] = [];
  for (const name of ["python3", "python"]) {
    const { stdout, failed } = await execa(name, ["-c", "import sys; print(*sys.version_info[:2])"], {
      reject: false,
    });
    if (failed) continue;
    const [major = 0, minor = 0] = stdout.split(" ").map(Number);
    if (major === oldestPython[0] && minor >= oldestPython[1]) return name;
    seen.push(`${name} is ${major}.${minor}`);
  }
  throw new UserError(
    seen.length > 0 ? `Python is too old: ${seen.join(", ")}.` : "Python 3 was not found on the PATH.",
    {
      fix: `Install Python ${oldestPython.join(".")} or newer (Debian, Ubuntu: sudo apt install python3 python3-venv).`,
    },
  );
}

async function makeEnvironment(python: string): Promise<void> {
  const { failed, stderr, stdout } = await execa(python, ["-m", "venv", environment], { reject: false });
  if (!failed) return;

  await rm(environment, { recursive: true, force: true });
  throw new UserError(`Python could not make a virtual environment: ${lastLine(stderr || stdout)}`, {
    fix: "Install its venv module (Debian, Ubuntu: sudo apt install python3-venv) and run this again.",
  });
}

async function installRequirements(note: (line: string) => void): Promise<void> {
  const pip = execa(
    pythonPath,
    ["-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "-r", requirements],
    { reject: false, all: true, buffer: { stdout: false, stderr: false, all: false } },
  );
  const lines: string[] = [];
  for await (const line of pip.iterable({ from: "all" })) {
    lines.push(line);
    if (/^(Collecting|Downloading|Installing|Successfully)/.test(line)) note(`  ${line.slice(0, 100)}`);
  }
  const { failed } = await pip;
  if (!failed) return;

  throw new UserError(`pip could not install scripts/requirements.txt: ${lastLine(lines.join("\n"))}`, {
    fix: "Check the network and the free disk (2 GB), then run this again; what was downloaded is kept.",
  });
}

/** What a script of `scripts/` wrote to stderr before it failed, and how it ended. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last lines of its stderr. */
  readonly lastLines: string[];

  constructor(script: string, cause: ExecaError) {
    const how = cause.signal ? `was ended by ${cause.signal}` : `ended with exit code ${cause.exitCode}`;
    const lastLines = String(cause.stderr ?? "")
      .trimEnd()
      .split("\n")
      .slice(-20);
    const said = lastLines.at(-1);
    super(`scripts/${path.basename(script)} ${how}${said ? `: ${said}` : "."}`, { cause });
    this.exitCode = cause.exitCode;
    this.signal = cause.signal;
    this.lastLines = lastLines;
  }
}

/**
 * What a program's stderr says of a package that `.venv` lacks, because somebody removed it or an installation broke off;
 * undefined where it ended for another reason.
 */
export function lackingPackage(lastLines: string[]): { reason: string; fix: string } | undefined {
  const [, name] = /^ModuleNotFoundError: No module named '(\w+)/.exec(lastLines.at(-1) ?? "") ?? [];
  if (name === undefined) return undefined;
  return {
    reason: `The Python environment in .venv lacks ${name}`,
    fix: "Remove .venv, then: persona doctor --install",
  };
}

interface ScriptOptions {
  signal?: AbortSignal;
  /** Milliseconds that an aborted script has to save before it is killed. */
  forceKillAfterDelayMs?: number;
  /** Told each line of its stderr. */
  onStderr?: (line: string) => void;
  environment?: Record<string, string>;
  /** What it reads from stdin, to its end. */
  input?: Readable;
}

/**
 * Runs a script of `scripts/` to its end, yielding each line of its stdout as JSON.
 *
 * Its stderr is for people: passed to `onStderr`, and kept for the error if it fails. Without `input`, its stdin
 * stays open while this process lives, so that it can notice when its parent died.
 *
 * @throws ScriptError when it fails; a UserError where it lacks a package.
 */
export async function* runScript(
  script: string,
  args: string[],
  { signal, forceKillAfterDelayMs = 30_000, onStderr, environment: extra = {}, input }: ScriptOptions = {},
): AsyncGenerator<unknown> {
  const python = execa(pythonPath, [path.join(projectRoot, "scripts", script), ...args], {
    stdin: input ? [input, "pipe"] : "pipe",
    buffer: { stdout: false },
    maxBuffer: 1_000_000,
    env: { PYTHONUNBUFFERED: "1", TOKENIZERS_PARALLELISM: "false", ...extra },
    forceKillAfterDelay: forceKillAfterDelayMs,
    // A group of its own: Ctrl-C in the terminal reaches this process alone, which then lets the script save.
    detached: true,
    ...(signal ? { cancelSignal: signal } : {}),
    ...(onStderr
      ? {
          stderr: [
            function* (line: unknown) {
              onStderr(String(line));
              yield line;
            },
            "pipe",
          ] as const,
        }
      : {}),
  });
  // execa waits for the input's end too, which nobody would see once its reader is gone.
  if (input !== undefined) python.once("exit", () => input.destroy());
  try {
    for await (const line of python) yield parseLine(script, String(line));
    await python;
  } catch (error) {
    if (error instanceof ExecaError && !(error.isCanceled && error.signal !== "SIGKILL"))
      throw explained(new ScriptError(script, error));
    if (error instanceof ExecaError) return;
    throw error;
  }
}

function explained(error: ScriptError): Error {
  const lacking = lackingPackage(error.lastLines);
  return lacking ? new UserError(`${lacking.reason}.`, { fix: lacking.fix, cause: error }) : error;
}

/** Runs a script of `scripts/` for the files that it writes: what it says is known already. */
export async function runScriptToEnd(script: string, args: string[], options?: ScriptOptions): Promise<void> {
  for await (const _ of runScript(script, args, options));
}

/** The words of a JSON error quote the line, in which somebody's message may stand. */
function parseLine(script: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`scripts/${path.basename(script)} wrote a line to its stdout that is not JSON.`);
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

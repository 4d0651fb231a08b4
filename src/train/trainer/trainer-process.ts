import { type ChildProcessByStdio, spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../project.ts";
import { pythonPath } from "../../python.ts";
import { bytesUnder } from "../runs/index.ts";

/** How a trainer ended. */
export interface TrainerEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** True when this process lost patience with it. */
  wasKilled: boolean;
  /** The last lines of its stderr. */
  lastLines: string[];
}

/** A trainer at work, whether it is one process or several. */
export interface Trainer {
  readonly pids: number[];
  /** What it says on stdout, a line at a time, until it ends. */
  readonly lines: AsyncIterable<string>;
  readonly ended: Promise<TrainerEnd>;
  /** Tells it to save and end. It is killed only when it has written nothing for a while. */
  stop(): void;
}

export interface TrainerProcessOptions {
  script: string;
  args: string[];
  environment: Record<string, string>;
  /** Its attempt's folder: a trainer that is told to stop is left alone while this changes in size. */
  directory: string;
  /** How long a trainer that is told to stop may write nothing before it is killed. */
  killAfterMs: number;
}

const keptLines = 20;
const maxLineLength = 2000;

/**
 * A program of `scripts/` in a process group of its own, so that Ctrl-C in the terminal does not reach it.
 *
 * Its stdin stays open while this process lives: its closing tells the trainer that its worker died.
 */
export class TrainerProcess implements Trainer {
  readonly pids: number[];
  readonly lines: AsyncIterable<string>;
  readonly ended: Promise<TrainerEnd>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #options: TrainerProcessOptions;
  readonly #lastLines: string[] = [];
  #hasEnded = false;
  #wasKilled = false;
  #isStopping = false;

  constructor(options: TrainerProcessOptions) {
    const { script, args, environment } = options;
    this.#options = options;
    this.#child = spawn(pythonPath, [path.join(projectRoot, "scripts", script), ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        PYTHONUNBUFFERED: "1",
        TOKENIZERS_PARALLELISM: "false",
        PERSONA_NODE: process.execPath,
        ...environment,
      },
      detached: true,
    });
    this.pids = this.#child.pid === undefined ? [] : [this.#child.pid];
    this.pids.forEach(giveWay);
    // It may end before its stdin is closed.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stderr }).on("line", (line) => this.#keep(line));
    // Asked for at once: a stream that nobody reads is thrown away when its process ends.
    const stdout = createInterface({ input: this.#child.stdout });
    this.lines = stdout[Symbol.asyncIterator]();
    this.ended = this.#untilEnd();
    // A program that could not be started at all.
    this.ended.catch(() => stdout.close());
  }

  stop(): void {
    if (this.#isStopping || this.#hasEnded) return;
    this.#isStopping = true;
    this.#child.kill("SIGTERM");
    void this.#killOnceQuiet();
  }

  async #killOnceQuiet(): Promise<void> {
    const { directory, killAfterMs } = this.#options;
    let bytes = -1;
    for (let quietSince = Date.now(); Date.now() - quietSince < killAfterMs; ) {
      const now = await bytesUnder(directory);
      if (now !== bytes) quietSince = Date.now();
      bytes = now;
      await sleep(Math.min(1000, killAfterMs / 4), undefined, { ref: false });
      if (this.#hasEnded) return;
    }
    this.#wasKilled = true;
    this.#signalGroup("SIGKILL");
  }

  /** Ends what the trainer started as well. */
  #signalGroup(signal: NodeJS.Signals): void {
    try {
      for (const pid of this.pids) process.kill(-pid, signal);
    } catch {
      // It has ended already.
    }
  }

  #untilEnd(): Promise<TrainerEnd> {
    return new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", () => {
        this.#hasEnded = true;
        // Processes that it left behind would hold the GPU.
        this.#signalGroup("SIGKILL");
      });
      this.#child.once("close", (exitCode, signal) =>
        resolve({ exitCode, signal, wasKilled: this.#wasKilled, lastLines: this.#lastLines }),
      );
    });
  }

  #keep(line: string): void {
    this.#lastLines.push(line.slice(0, maxLineLength));
    if (this.#lastLines.length > keptLines) this.#lastLines.shift();
  }
}

/** Whoever waits for a reply on this machine comes first, and one that is idle trains as fast as ever. */
function giveWay(pid: number): void {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or this system knows no priorities.
  }
}

import { open } from "node:fs/promises";
import type { Workspace } from "../../workspace.ts";
import { type ThreadFileName, threadFile } from "./thread-file.ts";

/** The disk takes several files together much faster than one by one. */
const maxAtOnce = 8;

/** Flushes thread files to the disk, while others are still being written. */
export class DiskFlush {
  readonly #workspace: Workspace;
  readonly #waiting: ThreadFileName[] = [];
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  add(name: ThreadFileName): void {
    this.#waiting.push(name);
    if (this.#running.size >= maxAtOnce) return;
    const running = this.#flushWaiting().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when everything added is on the disk; rejects when something could not be flushed. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #flushWaiting(): Promise<void> {
    for (let name = this.#waiting.pop(); name !== undefined; name = this.#waiting.pop()) {
      try {
        const handle = await open(threadFile(this.#workspace, name), "r");
        await handle.datasync().finally(() => handle.close());
      } catch (error) {
        this.#failure ??= { error };
      }
    }
  }
}

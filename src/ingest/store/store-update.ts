import type { Workspace } from "../../workspace.ts";
import { DiskFlush } from "./disk-flush.ts";
import { removeUnnamed, type StoreIndex, writeIndex } from "./store.ts";
import type { StoredThread } from "./stored-thread.ts";

/** A store on its way from one index to the next: thread files are placed one by one, and the index is written at the end. */
export class StoreUpdate {
  readonly #workspace: Workspace;
  readonly #previous: StoreIndex | undefined;
  readonly #threads: Map<string, StoredThread>;
  readonly #flush: DiskFlush;

  /** @param previous The index whose threads stay unless another file is placed; without it, only what is placed stays. */
  constructor(workspace: Workspace, previous?: StoreIndex) {
    this.#workspace = workspace;
    this.#previous = previous;
    this.#threads = new Map(previous?.threads.map((thread) => [thread.id, thread]));
    this.#flush = new DiskFlush(workspace);
  }

  get threads(): StoredThread[] {
    return [...this.#threads.values()];
  }

  find(id: string): StoredThread | undefined {
    return this.#threads.get(id);
  }

  place(thread: StoredThread): void {
    const isNew = this.#threads.get(thread.id)?.sha256 !== thread.sha256;
    this.#threads.set(thread.id, thread);
    if (isNew) this.#flush.add(thread);
  }

  remove(id: string): void {
    this.#threads.delete(id);
  }

  /** Writes the index once every file is on the disk; an import that changed nothing leaves the old one untouched. */
  async publish(about: Omit<StoreIndex, "format" | "threads">): Promise<StoreIndex> {
    const { owner, ownerFrom, forgotten, erased, account = [] } = about;
    const threads = this.threads.sort((a, b) => (a.id < b.id ? -1 : 1));
    const index: StoreIndex = { format: 2, owner, ownerFrom, threads, forgotten };
    if (account.length > 0) index.account = account;
    if (erased !== undefined) index.erased = erased;
    if (JSON.stringify(index) !== JSON.stringify(this.#previous)) {
      await this.#flush.finish();
      await writeIndex(this.#workspace, index);
    } else await removeUnnamed(this.#workspace, index);
    return index;
  }

  /** Removes the files that were placed, so that nothing half-written stays. */
  async abandon(): Promise<void> {
    await removeUnnamed(this.#workspace, this.#previous ?? { threads: [] });
  }
}

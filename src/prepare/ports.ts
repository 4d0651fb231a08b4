import type { MessageStore } from "../handoffs/index.ts";
import type { Workspace } from "../workspace.ts";

/** Where messages come from and data sets go, who does the work, and who hears of it: of these, the store alone decides what is made. */
export interface Ports {
  readonly store: MessageStore;
  readonly workspace: Workspace;
  /** Threads of the store that are worked on at once; `auto`: as many as pay, and no more than the machine has cores. */
  readonly jobs: number | "auto";
  /** How worker threads open the store; null: everything happens in the main thread. */
  readonly storeModule: StoreModule | null;
  readonly signal: AbortSignal;
  readonly onProgress: (threads: number, total: number) => void;
  /** Told what takes its time, a line for people. */
  readonly note: (line: string) => void;
}

/** A module that exports `openStore(told): Promise<MessageStore>`. What it is told survives structured cloning. */
export interface StoreModule {
  url: string;
  told: unknown;
}

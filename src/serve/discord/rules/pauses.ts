import type { StateFile } from "../people/index.ts";

interface PausesOptions {
  file: StateFile;
  /** Called once nothing more may be said in a channel; null for everywhere. */
  onPause: (channelId: string | null) => void;
  now?: () => number;
}

/** Where nothing is heard or said, after a restart too. */
export class Pauses {
  readonly #file: StateFile;
  readonly #onPause: (channelId: string | null) => void;
  readonly #now: () => number;

  constructor({ file, onPause, now = Date.now }: PausesOptions) {
    this.#file = file;
    this.#onPause = onPause;
    this.#now = now;
  }

  /** @param channelIds A channel's, and for a thread also that of the channel it belongs to. */
  areIn(channelIds: readonly string[]): boolean {
    return this.#lasting.some(({ channel }) => channel === null || channelIds.includes(channel));
  }

  /** Whether it is silent everywhere. */
  get isEverywhere(): boolean {
    return this.areIn([]);
  }

  /** @param minutes Undefined until somebody resumes it. */
  async start(channelId: string | null, minutes?: number): Promise<void> {
    const until = minutes === undefined ? null : this.#now() + minutes * 60_000;
    const written = this.#file.edit((state) => ({
      ...state,
      pauses: [...this.#others(state.pauses, channelId), { channel: channelId, until }],
    }));
    this.#onPause(channelId);
    await written;
  }

  /** Ends the pause of a channel; null ends all, wherever they are. */
  end(channelId: string | null): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      pauses: channelId === null ? [] : this.#others(state.pauses, channelId),
    }));
  }

  get #lasting() {
    return this.#file.current.pauses.filter(({ until }) => until === null || until > this.#now());
  }

  #others<P extends { channel: string | null; until: number | null }>(
    pauses: P[],
    channelId: string | null,
  ): P[] {
    return pauses.filter(
      ({ channel, until }) => channel !== channelId && (until === null || until > this.#now()),
    );
  }
}

/** A resource that is in use until it is released. */
interface Share<T> {
  resource: T;
  release(): void;
}

interface Waiting<T> {
  owner: string | undefined;
  resolve(share: Share<T>): void;
}

interface Place<T> {
  resource: T;
  owner: string | undefined;
  isBusy: boolean;
  usedAt: number;
}

/**
 * Shares a few resources among many owners: each gets the one it had before, else the one that was idle longest.
 *
 * An owner has one at a time; whoever comes when none is idle waits in line.
 */
export class Slots<T> {
  readonly #places: Place<T>[];
  readonly #clear: (resource: T) => Promise<void>;
  readonly #waiting: Waiting<T>[] = [];
  #clock = 0;

  /** @param clear Removes what an owner left in a resource. */
  constructor(resources: T[], clear: (resource: T) => Promise<void> = async () => {}) {
    this.#clear = clear;
    this.#places = resources.map((resource) => ({
      resource,
      owner: undefined,
      isBusy: false,
      usedAt: 0,
    }));
  }

  /**
   * @param owner None for what nobody comes back to: it is cleared afterwards, and is the first to be taken by others.
   * @param signal Ends the wait.
   * @returns Undefined where the signal was raised before there was one.
   */
  take(owner?: string, signal?: AbortSignal): Promise<Share<T> | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    const place = this.#findFor(owner);
    if (place !== undefined) return Promise.resolve(this.#occupy(place, owner));
    return new Promise((resolve) => {
      const waiting: Waiting<T> = {
        owner,
        resolve(share) {
          signal?.removeEventListener("abort", giveUp);
          resolve(share);
        },
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(undefined);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(waiting);
    });
  }

  /** As many as are idle, up to `most`, without waiting. */
  takeIdle(most: number): Share<T>[] {
    const idle = this.#places.filter(({ isBusy }) => !isBusy).slice(0, most);
    return idle.map((place) => this.#occupy(place, undefined));
  }

  /** Clears what an owner left: now, or once it is no longer in use. */
  forget(owner: string): void {
    const place = this.#places.find((place) => place.owner === owner);
    if (place === undefined) return;
    place.owner = undefined;
    if (!place.isBusy) this.#occupy(place, undefined).release();
  }

  #findFor(owner: string | undefined): Place<T> | undefined {
    const own = this.#places.find((place) => owner !== undefined && place.owner === owner);
    if (own !== undefined) return own.isBusy ? undefined : own;
    const idle = this.#places.filter(({ isBusy }) => !isBusy);
    return idle.sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  #occupy(place: Place<T>, owner: string | undefined): Share<T> {
    Object.assign(place, { owner, isBusy: true, usedAt: owner === undefined ? 0 : ++this.#clock });
    return { resource: place.resource, release: () => void this.#release(place) };
  }

  async #release(place: Place<T>): Promise<void> {
    // What nobody owns, or whose owner is forgotten, could not be forgotten later.
    if (place.owner === undefined) {
      // One that cannot be cleared, because it was closed, holds nothing any more.
      await this.#clear(place.resource).catch(() => {});
    }
    place.isBusy = false;
    this.#serveWaiting();
  }

  #serveWaiting(): void {
    for (const [index, { owner, resolve }] of this.#waiting.entries()) {
      const place = this.#findFor(owner);
      if (place === undefined) continue;
      this.#waiting.splice(index, 1);
      resolve(this.#occupy(place, owner));
      return;
    }
  }
}

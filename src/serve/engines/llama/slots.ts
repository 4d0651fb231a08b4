/** A resource that is in use until it is released. */
interface Share<T> {
  resource: T;
  release(): void;
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
  readonly #waiting: { owner: string | undefined; resolve: (share: Share<T>) => void }[] = [];
  #clock = 0;

  constructor(resources: T[]) {
    this.#places = resources.map((resource) => ({ resource, owner: undefined, isBusy: false, usedAt: 0 }));
  }

  /** @param owner None for what nobody comes back to: its place is the first to be taken by others. */
  take(owner?: string): Promise<Share<T>> {
    const place = this.#findFor(owner);
    if (place !== undefined) return Promise.resolve(this.#occupy(place, owner));
    return new Promise((resolve) => this.#waiting.push({ owner, resolve }));
  }

  /** The owner's place is the first to be taken by others. */
  forget(owner: string): void {
    const place = this.#places.find((place) => place.owner === owner);
    if (place !== undefined) Object.assign(place, { owner: undefined, usedAt: 0 });
  }

  #findFor(owner: string | undefined): Place<T> | undefined {
    const own = this.#places.find((place) => owner !== undefined && place.owner === owner);
    if (own !== undefined) return own.isBusy ? undefined : own;
    const idle = this.#places.filter(({ isBusy }) => !isBusy);
    return idle.sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  #occupy(place: Place<T>, owner: string | undefined): Share<T> {
    Object.assign(place, { owner, isBusy: true, usedAt: owner === undefined ? 0 : ++this.#clock });
    return {
      resource: place.resource,
      release: () => {
        place.isBusy = false;
        this.#serveWaiting();
      },
    };
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

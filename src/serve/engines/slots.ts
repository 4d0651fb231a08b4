/** A resource that is in use until it is released. */
interface Slot<T> {
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
export function createSlots<T>(resources: T[]): { take(owner: string): Promise<Slot<T>> } {
  const places: Place<T>[] = resources.map((resource) => ({
    resource,
    owner: undefined,
    isBusy: false,
    usedAt: 0,
  }));
  const waiting: { owner: string; resolve: (slot: Slot<T>) => void }[] = [];
  let clock = 0;

  function findFor(owner: string): Place<T> | undefined {
    const own = places.find((place) => place.owner === owner);
    if (own !== undefined) return own.isBusy ? undefined : own;
    const idle = places.filter(({ isBusy }) => !isBusy);
    return idle.sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  function occupy(place: Place<T>, owner: string): Slot<T> {
    Object.assign(place, { owner, isBusy: true, usedAt: ++clock });
    return {
      resource: place.resource,
      release() {
        place.isBusy = false;
        serveWaiting();
      },
    };
  }

  function serveWaiting(): void {
    for (const [index, { owner, resolve }] of waiting.entries()) {
      const place = findFor(owner);
      if (place === undefined) continue;
      waiting.splice(index, 1);
      resolve(occupy(place, owner));
      return;
    }
  }

  return {
    take(owner) {
      const place = findFor(owner);
      if (place !== undefined) return Promise.resolve(occupy(place, owner));
      return new Promise((resolve) => waiting.push({ owner, resolve }));
    },
  };
}

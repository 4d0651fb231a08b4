import type { Claim } from "./state.ts";
import type { StateFile } from "./state-file.ts";

/** What the bot knows of accounts, by their Discord ids. */
export class People {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Whether somebody wants never to be heard or answered. */
  isOptedOut(id: string): boolean {
    return this.#file.current.optedOut.includes(id);
  }

  optOut(id: string): Promise<void> {
    return this.#file.edit((state) => ({ ...state, optedOut: withId(state.optedOut, id) }));
  }

  optIn(id: string): Promise<void> {
    return this.#file.edit((state) => ({ ...state, optedOut: withoutId(state.optedOut, id) }));
  }

  /** Whether somebody was told that they talk to an AI. */
  wasTold(id: string): boolean {
    return this.#file.current.told.includes(id);
  }

  tell(id: string): Promise<void> {
    return this.#file.edit((state) => ({ ...state, told: withId(state.told, id) }));
  }

  /** The name that an account goes by, as it said itself, once that counts. */
  friendOf(id: string): string | undefined {
    const claim = this.claimOf(id);
    return claim?.isConfirmed ? claim.name : undefined;
  }

  claimOf(id: string): Claim | undefined {
    return this.#file.current.claims.find((claim) => claim.id === id);
  }

  /** The accounts whose confirmed name is such a one. */
  idsOf(isNamed: (name: string) => boolean): string[] {
    return this.#file.current.claims
      .filter(({ name, isConfirmed }) => isConfirmed && isNamed(name))
      .map(({ id }) => id);
  }

  /** Somebody says who they are; with `isConfirmed` it counts from now on. */
  claim(id: string, name: string, { isConfirmed = false } = {}): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      claims: [...state.claims.filter((claim) => claim.id !== id), { id, name, isConfirmed }],
    }));
  }

  /** Nobody knows any more who an account says that it is. */
  disclaim(id: string): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      claims: state.claims.filter((claim) => claim.id !== id),
    }));
  }

  /** Has what was written up to then never read again: by an account, in a channel, or a message by itself. */
  forget(of: string, upTo: string): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      forgotten: [...state.forgotten.filter((each) => each.of !== of), { of, upTo }].slice(-mostForgotten),
    }));
  }

  /** Whether a message is not to be read again, by its id, its writer's and its channel's. */
  hasForgotten(message: string, ...of: string[]): boolean {
    return this.#file.current.forgotten.some(
      (each) => [message, ...of].includes(each.of) && BigInt(message) <= BigInt(each.upTo),
    );
  }

  /** Who asked to be forgotten in the message store too, and waits for the owner to do so. */
  get forgetRequests(): readonly { id: string; at: number }[] {
    return this.#file.current.forgetRequests;
  }

  requestForget(id: string, at = Date.now()): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      forgetRequests: [...state.forgetRequests.filter((request) => request.id !== id), { id, at }],
    }));
  }

  /** Runs whose end somebody waits for, and in which channel. */
  get awaitedRuns(): readonly { run: string; channel: string }[] {
    return this.#file.current.awaitedRuns;
  }

  awaitRun(run: string, channel: string): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      awaitedRuns: [...state.awaitedRuns.filter((awaited) => awaited.run !== run), { run, channel }],
    }));
  }

  stopAwaiting(run: string): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      awaitedRuns: state.awaitedRuns.filter((awaited) => awaited.run !== run),
    }));
  }

  /** The owner has done so, or will not. */
  closeForgetRequest(id: string): Promise<void> {
    return this.#file.edit((state) => ({
      ...state,
      forgetRequests: state.forgetRequests.filter((request) => request.id !== id),
    }));
  }
}

/** Nobody scrolls back so far that older wishes would matter. */
const mostForgotten = 2000;

function withId(ids: string[], id: string): string[] {
  return ids.includes(id) ? ids : [...ids, id];
}

function withoutId(ids: string[], id: string): string[] {
  return ids.filter((other) => other !== id);
}

import { type Client, type ClientApplication, Team, TeamMemberMembershipState } from "discord.js";
import type { Logger } from "pino";

/** Who has the bot in hand: the admins of `persona.json`, or else whoever owns the application on Discord. */
export class Admins {
  readonly #named: () => string[];
  #ofApplication: string[] = [];

  constructor(named: () => string[]) {
    this.#named = named;
  }

  /** Asks Discord whose application it is. Where it does not say, only those of `persona.json` count. */
  async load({ application }: Client<true>, log: Logger): Promise<void> {
    try {
      this.#ofApplication = ownersOf(await application.fetch());
    } catch (error) {
      log.warn({ error: String(error) }, "Discord does not say who owns the application");
    }
  }

  get ids(): string[] {
    const named = this.#named();
    return named.length > 0 ? named : this.#ofApplication;
  }

  has(id: string): boolean {
    return this.ids.includes(id);
  }
}

/** Whoever was invited into a team and has not accepted has no say, nor has whoever may only look. */
function ownersOf({ owner }: ClientApplication): string[] {
  if (!(owner instanceof Team)) return owner === null ? [] : [owner.id];
  return [...owner.members.values()]
    .filter(
      ({ membershipState, role }) =>
        membershipState === TeamMemberMembershipState.Accepted && role !== "read_only",
    )
    .map(({ id }) => id);
}

import { LimitedCollection } from "discord.js";
import { type Clock, monotonicClock } from "../../replies/index.ts";
import type { Occasion } from "./access.ts";
import type { DiscordSettings } from "./settings.ts";

type TooMuch = "tooMuch" | "tooMany";

interface LimitRefusal {
  /** For the log. */
  why: string;
  /** Which words whoever wrote is told; undefined where that was said already. */
  words: TooMuch | undefined;
}

/** How much is answered: of one person, in one server, and in all. */
export class Limits {
  readonly #settings: () => DiscordSettings;
  readonly #allowances: Allowances;

  constructor(settings: () => DiscordSettings, clock?: Pick<Clock, "now">) {
    this.#settings = settings;
    this.#allowances = new Allowances(clock);
  }

  /** Counts one more message; undefined where it may be answered. What is refused takes nothing from others. */
  refusalFor(occasion: Occasion): LimitRefusal | undefined {
    const taken: Limit[] = [];
    for (const limit of limitsFor(occasion, this.#settings())) {
      const grant = this.#allowances.take(limit.key, limit.perWindow);
      if (grant !== "granted") {
        for (const { key } of taken) this.#allowances.giveBack(key);
        return { why: limit.why, words: grant === "refused-first" ? limit.words : undefined };
      }
      taken.push(limit);
    }
    return undefined;
  }
}

interface Limit {
  key: string;
  perWindow: number;
  why: string;
  words: TooMuch;
}

function limitsFor({ userId, serverId, isMember }: Occasion, settings: DiscordSettings): Limit[] {
  const { perPerson, perServer, elsewhere, overall } = settings;
  const ofPlace: Limit = isMember
    ? {
        key: `server ${serverId}`,
        perWindow: perServer,
        why: "too much is written in its server",
        words: "tooMany",
      }
    : {
        key: "elsewhere",
        perWindow: elsewhere,
        why: "too much is asked where it is no member",
        words: "tooMany",
      };
  return [
    { key: `person ${userId}`, perWindow: perPerson, why: "its writer wrote too much", words: "tooMuch" },
    ...(isMember && serverId === undefined ? [] : [ofPlace]),
    { key: "everybody", perWindow: overall, why: "too much is written in all", words: "tooMany" },
  ];
}

/** So much in ten minutes, coming back little by little. */
const windowMs = 10 * 60_000;

/** Somebody who never writes again is forgotten with the oldest. */
const maxKept = 10_000;

interface Account {
  /** How much is left, at `at`. */
  left: number;
  at: number;
  wasTold: boolean;
}

type Grant = "granted" | "refused-first" | "refused";

/**
 * What each of many may still have.
 *
 * Time is the machine's own and not the clock's on the wall, which somebody may set. A restart gives everybody their all
 * again: only the owner can restart it.
 */
class Allowances {
  readonly #clock: Pick<Clock, "now">;
  readonly #accounts = new LimitedCollection<string, Account>({ maxSize: maxKept });

  constructor(clock: Pick<Clock, "now"> = monotonicClock) {
    this.#clock = clock;
  }

  /** Takes one of what `key` may have. */
  take(key: string, perWindow: number): Grant {
    const account = this.#accountOf(key, perWindow);
    if (account.left >= 1) {
      account.left--;
      return "granted";
    }
    const { wasTold } = account;
    account.wasTold = true;
    return wasTold ? "refused" : "refused-first";
  }

  giveBack(key: string): void {
    const account = this.#accounts.get(key);
    if (account !== undefined) account.left++;
  }

  #accountOf(key: string, perWindow: number): Account {
    const now = this.#clock.now();
    const before = this.#accounts.get(key) ?? { left: perWindow, at: now, wasTold: false };
    const left = Math.min(perWindow, before.left + ((now - before.at) / windowMs) * perWindow);
    // Whoever has waited until half has come back may be told again.
    const account = { left, at: now, wasTold: before.wasTold && left < perWindow / 2 };
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
    return account;
  }
}

import type { Message, SendableChannels } from "discord.js";
import type { People } from "../people/index.ts";
import { isLetIn, type Occasion, occasionOf } from "./access.ts";
import type { Admins } from "./admins.ts";
import type { DiscordSettings } from "./settings.ts";

/** What the persona would say to a message, bubble by bubble. */
interface Draft {
  /** Where it would be said. */
  place: SendableChannels;
  /** What it answers; undefined where a command asked for it. */
  message: Message | undefined;
  bubbles: string[];
  /** Raised when it is not to be said any more, such as when the friend has written more. */
  signal: AbortSignal;
}

interface RulesOptions {
  /** As they are now: `persona.json` may change while the bot runs. */
  settings: () => DiscordSettings;
  admins: Admins;
  people: People;
}

/** The owner's hand: who is heard and answered, when, and with what. */
export class Rules {
  readonly #settings: () => DiscordSettings;
  readonly #admins: Admins;
  readonly #people: People;

  constructor({ settings, admins, people }: RulesOptions) {
    this.#settings = settings;
    this.#admins = admins;
    this.#people = people;
  }

  isAdmin(userId: string): boolean {
    return this.#admins.has(userId);
  }

  /** Whether a message may be read at all. Asked of every message that no bot wrote, before anything else is done with it. */
  mayHear(message: Message): boolean {
    return this.#isWelcome(occasionOf(message));
  }

  /** Whether what was heard, and is for the persona, is answered now. */
  mayAnswer(_message: Message): "now" | "later" | "not" {
    return "now";
  }

  /** Whether a command that has the persona speak may do so. */
  mayAsk(occasion: Occasion): boolean {
    return this.#isWelcome(occasion);
  }

  /** What may be said of a draft, once that is known; undefined where nothing is. */
  async release({ bubbles }: Draft): Promise<string[] | undefined> {
    return bubbles;
  }

  /** Admins are always heard, also where they stand in a list by mistake: else nobody could wake it again. */
  #isWelcome(occasion: Occasion): boolean {
    if (this.#people.isOptedOut(occasion.userId)) return false;
    return this.isAdmin(occasion.userId) || isLetIn(occasion, this.#settings());
  }
}

import type { Message } from "discord.js";
import type { Logger } from "pino";
import { QuietHours } from "./quiet-hours.ts";
import type { DiscordSettings } from "./settings.ts";

interface SleepOptions {
  settings: () => DiscordSettings;
  answerLate: (message: Message) => void;
  log: Logger;
}

/** Looks at the clock so often: somebody may set it, or change the hours. */
const lookMs = 1000;
/** Channels in which something was said; where it was said longest ago, it is not answered. */
const maxChannels = 500;

/** What is said in quiet hours waits for their end, and is answered then, once a channel. */
export class Sleep {
  readonly #options: SleepOptions;
  /** The newest message of each channel. */
  readonly #waiting = new Map<string, Message>();
  #looking: NodeJS.Timeout | undefined;

  constructor(options: SleepOptions) {
    this.#options = options;
  }

  /** Whether nothing is said now; what was said may be answered later. */
  takes(message: Message): boolean {
    if (!this.#isQuiet) return false;
    const { channelId } = message;
    this.#options.log.info({ channel: channelId }, "heard in quiet hours");
    if (this.#options.settings().afterQuiet === "silence") return true;
    this.#waiting.delete(channelId);
    this.#waiting.set(channelId, message);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > maxChannels && oldest !== undefined) this.#waiting.delete(oldest);
    this.#looking ??= setInterval(() => this.#wakeUp(), lookMs).unref();
    return true;
  }

  get #isQuiet(): boolean {
    return new QuietHours(this.#options.settings().quietHours).include(new Date());
  }

  #wakeUp(): void {
    if (this.#isQuiet) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
    const messages = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const message of messages) this.#options.answerLate(message);
  }
}

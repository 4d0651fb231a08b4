import { LimitedCollection, type Message } from "discord.js";
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
  readonly #waiting = new LimitedCollection<string, Message>({ maxSize: maxChannels });
  #looking: NodeJS.Timeout | undefined;

  constructor(options: SleepOptions) {
    this.#options = options;
  }

  /** What becomes of a message: in quiet hours it waits for their end, or is left unanswered for good. */
  fateOf(message: Message): "now" | "later" | "left" {
    const { quietHours, afterQuiet } = this.#options.settings();
    const isSilent = afterQuiet === "silence";
    const wasQuiet = isSilent && new QuietHours(quietHours).include(message.createdAt);
    if (!wasQuiet && !this.#isQuiet) return "now";
    this.#options.log.info({ channel: message.channelId }, "heard in quiet hours");
    if (isSilent) return "left";
    this.#await(message);
    return "later";
  }

  #await(message: Message): void {
    const { channelId } = message;
    this.#waiting.delete(channelId);
    this.#waiting.set(channelId, message);
    this.#looking ??= setInterval(() => this.#wakeUp(), lookMs).unref();
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

import { RESTJSONErrorCodes as Code, DiscordAPIError } from "discord.js";
import type { Logger } from "pino";

/** What a refusal by Discord is about, where it is no failure of the bot or of Discord. */
type Refusal =
  /** This message alone: what is in it. */
  | "message"
  /** The bot has no permission in this channel. */
  | "permission"
  /** The channel, or the thread, is closed or gone. */
  | "place";

/** By AutoMod, and by those who find a text empty, explicit or harmful. */
const ofMessages: unknown[] = [
  Code.CannotSendAnEmptyMessage,
  Code.MessageWasBlockedByAutomaticModeration,
  Code.TitleWasBlockedByAutomaticModeration,
  Code.MessageBlockedByHarmfulLinksFilter,
  Code.ExplicitContentCannotBeSentToTheDesiredRecipient,
  Code.InvalidFormBodyOrContentType,
];
const ofPermissions: unknown[] = [Code.MissingAccess, Code.MissingPermissions];
const ofPlaces: unknown[] = [
  Code.UnknownChannel,
  Code.UnknownGuild,
  Code.CannotSendMessagesToThisUser,
  Code.CannotSendMessagesInNonTextChannel,
  Code.CannotExecuteActionOnThisChannelType,
  Code.ThreadLocked,
  Code.InvalidActionOnArchivedThread,
];

export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof DiscordAPIError)) return undefined;
  if (ofMessages.includes(error.code)) return "message";
  if (ofPermissions.includes(error.code)) return "permission";
  return ofPlaces.includes(error.code) ? "place" : undefined;
}

/** Without words of anybody: what Discord says of a message's fields may quote them. */
export function describeError(error: unknown): string {
  if (error instanceof DiscordAPIError) {
    const [firstLine = ""] = error.message.split("\n");
    return `DiscordAPIError[${error.code}]: ${firstLine} (${error.status})`;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

interface Told {
  log: Logger;
  /** Tells the owner where they look. */
  tellOwner: (words: string) => void;
  /** Whether the bot still sees a channel at all. */
  isThere: (channel: string) => boolean;
}

/** Says why messages were not answered: of missing permissions in a channel, once until it could speak there. */
export class FailureLog {
  readonly #told: Told;
  readonly #channels = new Set<string>();

  constructor(told: Told) {
    this.#told = told;
  }

  add({ id, channel }: { id: string; channel: string }, error: unknown): void {
    const { log, tellOwner, isThere } = this.#told;
    const problem = { channel: id, error: describeError(error) };
    const refusal = refusalOf(error);
    // Whoever is removed from a server has no permissions there either.
    const isGone = refusal === "place" || (refusal === "permission" && !isThere(channel));
    if (isGone) log.info(problem, "the channel is closed or gone");
    else if (refusal !== "permission") log.error(problem, "a message was not answered");
    else if (!this.#channels.has(channel)) {
      this.#channels.add(channel);
      log.error(problem, "a message was not answered: the bot's role may not write there");
      tellOwner(`I may not write in <#${channel}>. Give my role View Channel and Send Messages there.`);
    }
  }

  noticeSuccess({ channel }: { channel: string }): void {
    this.#channels.delete(channel);
  }
}

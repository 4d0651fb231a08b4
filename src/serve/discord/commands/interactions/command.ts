import type {
  AnySelectMenuInteraction,
  AutocompleteInteraction,
  BaseMessageOptions,
  ButtonInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  ModalBuilder,
  ModalSubmitInteraction,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import type { Logger } from "pino";
import type { Channels } from "../../channels/index.ts";
import type { People } from "../../people/index.ts";
import type { ReplyWatch } from "../../reply-watch.ts";
import type { Rules } from "../../rules/index.ts";
import type { Cast, Profiles, VoiceOffer } from "../../voices/index.ts";
import type { Say } from "../../words.ts";
import type { Backstage } from "./backstage.ts";
import type { OpenBallots } from "./open-ballots.ts";

/** What commands reach. */
export interface Doors {
  cast: Cast;
  profiles: Profiles;
  /** What its replies take. */
  replies: Pick<ReplyWatch, "figures" | "atWork" | "accountOf">;
  channels: Channels;
  rules: Rules;
  people: People;
  backstage: Backstage;
  openBallots: OpenBallots;
  /** What is said to friends, in the owner's words. */
  say: Say;
  /** Raised when the bot leaves Discord. */
  signal: AbortSignal;
  /** Told ids, counts and kinds of errors, never words. */
  log: Logger;
}

/**
 * What is shown to whoever typed or pressed something; a card is made of components alone. Of a command that everybody sees,
 * one answer may be private: unless Discord was told before that it comes.
 */
export type AnswerContent = string | (BaseMessageOptions & { isCard?: boolean; isPrivate?: boolean });

/** What comes of it: null where it has answered by itself, undefined where it does not know what it is asked about. */
export type CommandAnswer =
  | AnswerContent
  | { modal: ModalBuilder }
  | { update: AnswerContent }
  | null
  | undefined;

export type PressInteraction = ButtonInteraction | AnySelectMenuInteraction;

type Promised<T> = Promise<T> | T;

/** A command, and all that is pressed and sent in what it shows: their custom ids begin with the command's key. */
export interface BotCommand {
  /** How Discord shows it. */
  data: RESTPostAPIApplicationCommandsJSONBody;
  /** Admins alone may use it. Everybody may use one that is for everybody, and any other whoever is answered here. */
  audience?: "admins" | "everybody";
  /** Whether there is anything behind it; true where nothing is said. */
  isOffered?(backstage: Backstage, offers: VoiceOffer[]): boolean;
  /** What is pressed in its messages is for everybody, whoever may use the command. */
  isPressedByAll?: boolean;
  /** The persona speaks by it: limits hold, and pauses. */
  hasPersonaSpeak?: boolean;
  /** Only whoever typed it sees the answer. */
  isPrivate?: boolean;
  /** The answer is computed: Discord is told at once that it will come. */
  takesTime?: boolean;
  run(
    interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction,
    doors: Doors,
  ): Promised<CommandAnswer>;
  /** Completes what is being typed; `chosenOf` says which of these names was chosen. */
  complete?(interaction: AutocompleteInteraction, doors: Doors): Promised<string[]>;
  /** @param words What follows the key in the custom id of a button or select. */
  press?(interaction: PressInteraction, words: string[], doors: Doors): Promised<CommandAnswer>;
  /** @param words What follows the key in the custom id of a modal. */
  submit?(interaction: ModalSubmitInteraction, words: string[], doors: Doors): Promised<CommandAnswer>;
}

/** Commands by their keys, which never change: messages with buttons of earlier versions are still there. */
export type CommandTable = Readonly<Record<string, BotCommand>>;
